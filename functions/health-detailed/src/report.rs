use std::{
    error::Error,
    time::{Duration, Instant},
};

use serde::Serialize;
use shared::http::ErrorCode;
use tokio::time::timeout;
use utoipa::ToSchema;

/// The health of the service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HealthReport)]
pub(crate) struct Report<'a> {
    status: Overall,
    dependencies: Dependencies,
    /// Described by [`Outage`].
    #[serde(flatten)]
    #[schema(ignore)]
    error: Option<ErrorFields<'a>>,
}

/// A report while the database is down, with the members of every error.
#[derive(ToSchema)]
#[schema(examples(json!({
    "status": "down",
    "dependencies": {
        "database": {"status": "down", "latency_ms": 750},
        "redis": {"status": "ok", "latency_ms": 1},
        "queue": {"status": "ok", "latency_ms": 4},
    },
    "code": "UNAVAILABLE", "message": "The database is unavailable.",
    "request_id": "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
})))]
#[expect(dead_code, reason = "documents a `Report` with an error")]
pub(crate) struct Outage<'a> {
    #[serde(flatten)]
    report: Report<'a>,
    #[serde(flatten)]
    error: ErrorFields<'a>,
}

/// The health of the dependencies.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dependencies {
    pub(crate) database: Dependency,
    pub(crate) redis: Dependency,
    pub(crate) queue: Dependency,
}

/// The health of one dependency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dependency {
    status: Status,
    /// The time until the response or the timeout, in milliseconds.
    latency_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DependencyStatus)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Down,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthStatus)]
#[serde(rename_all = "lowercase")]
enum Overall {
    Ok,
    Degraded,
    Down,
}

/// The members that clients read from every error. `status` stays the status of the report; see
/// `docs/adr/0003-detailed-health-503-body.md`
#[derive(Debug, Serialize, ToSchema)]
#[schema(description = "The members that clients read from every error.")]
struct ErrorFields<'a> {
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    #[schema(value_type = String)]
    message: &'static str,
    request_id: &'a str,
}

impl<'a> Report<'a> {
    pub(crate) fn new(dependencies: Dependencies, request_id: &'a str) -> Self {
        let others_are_available = dependencies.redis.status == Status::Ok && dependencies.queue.status == Status::Ok;
        let status = match dependencies.database.status {
            Status::Down => Overall::Down,
            Status::Ok if others_are_available => Overall::Ok,
            Status::Ok => Overall::Degraded,
        };
        let message = "The database is unavailable.";
        let error = ErrorFields { code: "UNAVAILABLE", message, request_id };
        Self { status, dependencies, error: (status == Overall::Down).then_some(error) }
    }

    pub(crate) fn is_down(&self) -> bool {
        self.status == Overall::Down
    }
}

/// Calls a dependency and measures the duration. `log` is called with the reason when it is down.
pub(crate) async fn measure<E: Error>(
    limit: Duration,
    call: impl Future<Output = Result<(), E>>,
    log: impl FnOnce(&dyn Error),
) -> Dependency {
    let started = Instant::now();
    let status = match timeout(limit, call).await {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(error)) => {
            log(&error);
            Status::Down
        }
        Err(elapsed) => {
            log(&elapsed);
            Status::Down
        }
    };
    Dependency { status, latency_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
}
