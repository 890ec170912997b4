//! `GET /health` — this function runs.
//!
//! Who: anyone. No dependency is touched: it says nothing of the table; see `health-ready` and `health-detailed`. 200.

use axum::{Json, Router};
use serde::Serialize;
use shared::http::{Http, routes::HEALTH, stack, wire::StatusOk};
use utoipa::ToSchema;

shared::holds! {
    /// Nothing but the HTTP layer.
    pub struct Health { http: Http }
}

/// The function's router.
pub fn router(parts: Health) -> Router {
    stack::route(&HEALTH, health, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(health))]
pub struct Document;

/// It runs.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
struct Response {
    status: StatusOk,
}

/// The service runs.
///
/// No dependency is asked.
#[utoipa::path(
    get, path = "/health", tag = "Health",
    responses((status = 200, body = Response)),
)]
async fn health() -> Json<Response> {
    Json(Response { status: StatusOk })
}
