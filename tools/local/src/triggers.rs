//! What invokes functions other than requests do. `template.yaml` says the same to AWS.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    event_source::{EventSourceMapping, Say},
    invoke::Function,
    ports::Port,
    queue::Queue,
    schedule::Schedule,
    terminal,
};

/// Starts the triggers of the functions that there are, each until the stack stops.
pub(crate) fn start(api: Port, audit: Queue, functions: &[&String], stopping: &watch::Receiver<bool>) {
    let say: Say = Arc::new(terminal::pass_on);
    let function = |name: &str, timeout| {
        let exists = functions.iter().any(|function| *function == name);
        exists.then(|| Function::new(&format!("http://{api}"), name, Duration::from_secs(timeout)))
    };

    if let Some(function) = function("audit-worker", 5) {
        let mapping = EventSourceMapping {
            queue: audit,
            function,
            batch_size: 10,
            maximum_batching_window: Duration::from_secs(1),
            maximum_concurrency: 2,
            say: say.clone(),
        };
        tokio::spawn(mapping.run(stopping.clone()));
    }
    if let Some(function) = function("audit-relay", 30) {
        let schedule = Schedule { name: "audit-relay", function, rate: Duration::from_mins(1), say };
        tokio::spawn(schedule.run(stopping.clone()));
    }
}
