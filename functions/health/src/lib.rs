//! `GET /health` — this function runs.
//!
//! Who: anyone. No dependency is touched: it says nothing of the table; see `health-ready` and `health-detailed`. 200.

use axum::{Json, Router};
use serde::Serialize;
use shared::http::{HttpSettings, routes::HEALTH, stack, views::StatusOk};
use utoipa::ToSchema;

shared::dependencies! {
    /// Nothing but the HTTP layer.
    pub struct Health { http: HttpSettings }
}

/// The function's router.
pub fn router(state: Health) -> Router {
    stack::route(&HEALTH, health, state)
}

/// The route's OpenAPI document.
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
