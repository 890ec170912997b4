//! `GET /v1/health/detailed` — every dependency, really called, in parallel, within a second.
//!
//! Who: anyone. DynamoDB, Redis and SQS: one call each. 200 while the table answers (`degraded` when another does not);
//! 503 when it does not, with the same body and what every error carries.

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
    http::{HttpSettings, middleware::request_id::RequestId, routes::HEALTH_DETAILED, stack},
    queue::Queue,
    store::Table,
};

mod report;

use report::{Dependencies, Outage, Report};

shared::dependencies! {
    /// What it takes to ask every dependency.
    pub struct Detailed { http: HttpSettings, table: Table, cache: Cache, queue: Queue }
}

/// The function's router.
pub fn router(state: Detailed) -> Router {
    stack::route(&HEALTH_DETAILED, detailed, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(detailed))]
pub struct Document;

/// Leaves a part of the second for the answer's own way.
const BOUND: Duration = Duration::from_millis(750);

/// How each dependency is.
///
/// Each is really called, and given up within a second. 200 while the database answers, `degraded` when another does not; 503, with
/// the same and what every error has, when it does not.
#[utoipa::path(
    get, path = "/v1/health/detailed", tag = "Health",
    responses((status = 200, body = Report), (status = 503, body = Outage, description = "The database does not answer.")),
)]
async fn detailed(State(state): State<Detailed>, Extension(request_id): Extension<RequestId>) -> Response {
    let (database, redis, queue) = tokio::join!(
        report::measure(BOUND, state.table.probe(), |error| log("database", error)),
        // The link to Redis logs its own changes.
        report::measure(BOUND, state.cache.ping(), |_| ()),
        report::measure(BOUND, state.queue.probe(), |error| log("queue", error)),
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
