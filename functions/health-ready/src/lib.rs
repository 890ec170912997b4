//! `GET /v1/health/ready` — requests can be served: the table answers.
//!
//! Who: anyone. DynamoDB: one read. 200; 503.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    http::{ApiError, Http, routes::HEALTH_READY, stack, wire::StatusOk},
    store::Table,
};

shared::holds! {
    /// What it takes to see whether the table answers.
    pub struct Ready { http: Http, table: Table }
}

/// The function's router.
pub fn router(parts: Ready) -> Router {
    stack::route(&HEALTH_READY, ready, parts)
}

#[derive(Serialize)]
struct Response {
    status: StatusOk,
}

async fn ready(State(parts): State<Ready>) -> Result<Json<Response>, ApiError> {
    parts.table.probe().await?;
    Ok(Json(Response { status: StatusOk }))
}
