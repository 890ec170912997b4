//! `GET /v1/health/detailed`: health of each dependency.
//!
//! Caller: anyone. One call each to DynamoDB, Redis and SQS, in parallel, within a second. 200
//! while the table is available, with the status `degraded` when another dependency is unavailable.
//! 503 when the table is unavailable, with the report and the members of every error.

use std::{error::Error, time::Duration};

use axum::{
    Extension, Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    cache::Cache,
    http::{HttpSettings, middleware::request_id::RequestId, stack},
    queue::Queue,
    store::Table,
};

mod report;
pub mod route;

use crate::route::ROUTE;
use report::{Dependencies, Outage, Report};

shared::dependencies! {
    /// The dependencies of `GET /v1/health/detailed`.
    pub struct Detailed { http: HttpSettings, table: Table, cache: Cache, queue: Queue }
}

/// The function's router.
pub fn router(state: Detailed) -> Router {
    stack::route(&ROUTE, detailed, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(detailed))]
pub struct Document;

/// The timeout of each check. It leaves time within the second for the response.
const CHECK_TIMEOUT: Duration = Duration::from_millis(750);

/// Reports the health of each dependency.
///
/// Each dependency is called, with a timeout of less than a second. 200 while the database is
/// available, with the status `degraded` when another dependency is unavailable. 503 when the
/// database is unavailable, with the report and the members of every error.
#[utoipa::path(
    get, path = "/v1/health/detailed", tag = "Health",
    responses((status = 200, body = Report), (status = 503, body = Outage, description = "The database is unavailable.")),
)]
async fn detailed(State(state): State<Detailed>, Extension(request_id): Extension<RequestId>) -> Response {
    let (database, redis, queue) = tokio::join!(
        report::measure(CHECK_TIMEOUT, state.table.probe(), |error| log("database", error)),
        // The Redis connection logs its own failures.
        report::measure(CHECK_TIMEOUT, state.cache.ping(), |_| ()),
        report::measure(CHECK_TIMEOUT, state.queue.probe(), |error| log("queue", error)),
    );
    let report = Report::new(Dependencies { database, redis, queue }, request_id.as_str());
    if report.is_down() {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")], Json(report)).into_response();
    }
    Json(report).into_response()
}

fn log(dependency: &str, error: &dyn Error) {
    tracing::warn!(dependency, %error, "dependency down");
}
