//! `GET /health`: liveness of the API.
//!
//! Caller: anyone. Dependencies are not checked; see `health-ready` and `health-detailed`. 200.

pub mod route;

use axum::{Json, Router};
use serde::Serialize;
use shared::http::{HttpSettings, stack, views::StatusOk};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of `GET /health`.
    pub struct Health { http: HttpSettings }
}

/// The function's router.
pub fn router(state: Health) -> Router {
    stack::route(&ROUTE, health, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(health))]
pub struct Document;

/// The service runs.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
struct Response {
    status: StatusOk,
}

/// Checks that the service runs.
///
/// Dependencies are not checked.
#[utoipa::path(
    get, path = "/health", tag = "Health",
    responses((status = 200, body = Response)),
)]
async fn health() -> Json<Response> {
    Json(Response { status: StatusOk })
}
