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

    // Each function's timeout, the size of a batch, and for how long one is gathered.
    let queues = [
        (queues.audit, "audit-worker", 5, 10, Duration::from_secs(1)),
        (queues.catalog, "catalog-worker", 60, 1, Duration::ZERO),
    ];
    for (queue, name, timeout, batch_size, maximum_batching_window) in queues {
        let Some(function) = function(name, timeout) else { continue };
        let say = say.clone();
        let mapping =
            EventSourceMapping { queue, function, batch_size, maximum_batching_window, maximum_concurrency: 2, say };
        tokio::spawn(mapping.run(stopping.clone()));
    }
    // Each function's timeout, and how often.
    let schedules = [("audit-relay", 30, Duration::from_mins(1)), ("catalog-refresh", 60, Duration::from_mins(15))];
    for (name, timeout, rate) in schedules {
        let Some(function) = function(name, timeout) else { continue };
        tokio::spawn(Schedule { name, function, rate, say: say.clone() }.run(stopping.clone()));
    }
}
