//! `GET /health` — this function runs.
//!
//! Who: anyone. No dependency is touched: it says nothing of the table; see `health-ready` and `health-detailed`. 200.

use axum::{Json, Router};
use serde::Serialize;
use shared::http::{Http, routes::HEALTH, stack, wire::StatusOk};

shared::holds! {
    /// Nothing but the HTTP layer.
    pub struct Health { http: Http }
}

/// The function's router.
pub fn router(parts: Health) -> Router {
    stack::route(&HEALTH, health, parts)
}

#[derive(Serialize)]
struct Response {
    status: StatusOk,
}

async fn health() -> Json<Response> {
    Json(Response { status: StatusOk })
}
