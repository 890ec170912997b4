//! What invokes functions other than requests do. `template.yaml` says the same to AWS.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    event_source::{EventSourceMapping, Say},
    invoke::Function,
    ports::Port,
    schedule::Schedule,
    sqs::Queues,
    terminal,
};

/// Starts the triggers of the functions that there are, each until the stack stops.
pub(crate) fn start(api: Port, queues: Queues, functions: &[&String], stopping: &watch::Receiver<bool>) {
    let say: Say = Arc::new(terminal::pass_on);
    let function = |name: &str, timeout| {
        let exists = functions.iter().any(|function| *function == name);
        exists.then(|| Function::new(&format!("http://{api}"), name, Duration::from_secs(timeout)))
    };

    if let Some(function) = function("audit-worker", 5) {
        let mapping = EventSourceMapping {
            queue: queues.audit,
            function,
            batch_size: 10,
            maximum_batching_window: Duration::from_secs(1),
            maximum_concurrency: 2,
            say: say.clone(),
        };
        tokio::spawn(mapping.run(stopping.clone()));
    }
    if let Some(function) = function("catalog-worker", 60) {
        let mapping = EventSourceMapping {
            queue: queues.catalog,
            function,
            batch_size: 1,
            maximum_batching_window: Duration::ZERO,
            maximum_concurrency: 2,
            say: say.clone(),
        };
        tokio::spawn(mapping.run(stopping.clone()));
    }
    for (name, rate, timeout) in
        [("audit-relay", Duration::from_mins(1), 30), ("catalog-refresh", Duration::from_mins(15), 60)]
    {
        if let Some(function) = function(name, timeout) {
            let schedule = Schedule { name, function, rate, say: say.clone() };
            tokio::spawn(schedule.run(stopping.clone()));
        }
    }
}
