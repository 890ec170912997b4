//! The triggers of functions that do not serve HTTP requests: event source mappings and schedules,
//! as in `template.yaml`.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    event_source::{EventSourceMapping, LogSink},
    invoke::LambdaFunction,
    ports::Port,
    schedule::Schedule,
    sqs::Queues,
    sqs_client::Queue,
    terminal,
};

struct QueueTrigger {
    queue: Queue,
    function: &'static str,
    function_timeout: Duration,
    batch_size: usize,
    maximum_batching_window: Duration,
}

struct ScheduleTrigger {
    /// The name of the schedule and of its function.
    name: &'static str,
    function_timeout: Duration,
    rate: Duration,
}

fn queue_triggers(queues: Queues) -> [QueueTrigger; 2] {
    [
        QueueTrigger {
            queue: queues.audit,
            function: "audit-worker",
            function_timeout: Duration::from_secs(5),
            batch_size: 10,
            maximum_batching_window: Duration::from_secs(1),
        },
        QueueTrigger {
            queue: queues.catalog,
            function: "catalog-worker",
            function_timeout: Duration::from_mins(1),
            batch_size: 1,
            maximum_batching_window: Duration::ZERO,
        },
    ]
}

const SCHEDULE_TRIGGERS: [ScheduleTrigger; 2] = [
    ScheduleTrigger { name: "audit-relay", function_timeout: Duration::from_secs(30), rate: Duration::from_mins(1) },
    ScheduleTrigger {
        name: "catalog-refresh",
        function_timeout: Duration::from_mins(1),
        rate: Duration::from_mins(15),
    },
];

/// Starts the triggers of all `functions` that exist. They run until the stack stops.
pub(crate) fn start(api: Port, queues: Queues, functions: &[&String], stopping: &watch::Receiver<bool>) {
    let log: LogSink = Arc::new(terminal::print_error);
    let client = |name: &str, timeout| {
        let exists = functions.iter().any(|function| *function == name);
        exists.then(|| LambdaFunction::new(&format!("http://{api}"), name, timeout))
    };
    for trigger in queue_triggers(queues) {
        let Some(function) = client(trigger.function, trigger.function_timeout) else { continue };
        let mapping = EventSourceMapping {
            queue: trigger.queue,
            function,
            batch_size: trigger.batch_size,
            maximum_batching_window: trigger.maximum_batching_window,
            maximum_concurrency: 2,
            log: log.clone(),
        };
        tokio::spawn(mapping.run(stopping.clone()));
    }
    for ScheduleTrigger { name, function_timeout, rate } in SCHEDULE_TRIGGERS {
        let Some(function) = client(name, function_timeout) else { continue };
        tokio::spawn(Schedule { name, function, rate, log: log.clone() }.run(stopping.clone()));
    }
}
