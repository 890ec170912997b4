use std::{
    error::Error,
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::time::timeout;

/// How everything is.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'a> {
    status: Overall,
    dependencies: Dependencies,
    #[serde(flatten)]
    error: Option<ErrorFields<'a>>,
}

/// How each dependency is.
#[derive(Debug, Serialize)]
pub(crate) struct Dependencies {
    pub(crate) database: Dependency,
    pub(crate) redis: Dependency,
    pub(crate) queue: Dependency,
}

/// How one dependency is.
#[derive(Debug, Serialize)]
pub(crate) struct Dependency {
    status: Status,
    latency_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Overall {
    Ok,
    Degraded,
    Down,
}

/// A 503 carries what clients read from every error; `status` stays the word that this route is about.
/// `docs/adr/0003-detailed-health-is-a-report.md`
#[derive(Debug, Serialize)]
struct ErrorFields<'a> {
    code: &'static str,
    message: &'static str,
    request_id: &'a str,
}

impl<'a> Report<'a> {
    pub(crate) fn new(dependencies: Dependencies, request_id: &'a str) -> Self {
        let others_answer = dependencies.redis.status == Status::Ok && dependencies.queue.status == Status::Ok;
        let status = match dependencies.database.status {
            Status::Down => Overall::Down,
            Status::Ok if others_answer => Overall::Ok,
            Status::Ok => Overall::Degraded,
        };
        let message = "The database does not answer.";
        let error = ErrorFields { code: "UNAVAILABLE", message, request_id };
        Self { status, dependencies, error: (status == Overall::Down).then_some(error) }
    }

    pub(crate) fn is_down(&self) -> bool {
        self.status == Overall::Down
    }
}

/// Calls a dependency and takes the time; `log` is told why it is down.
pub(crate) async fn measure<E: Error>(
    bound: Duration,
    call: impl Future<Output = Result<(), E>>,
    log: impl FnOnce(&dyn Error),
) -> Dependency {
    let started = Instant::now();
    let status = match timeout(bound, call).await {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(error)) => {
            log(&error);
            Status::Down
        }
        Err(late) => {
            log(&late);
            Status::Down
        }
    };
    Dependency { status, latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
}
