//! `GET /v1/health/ready` — requests can be served: the table answers.
//!
//! Who: anyone. DynamoDB: one read. 200; 503.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    http::{ApiError, Http, routes::HEALTH_READY, stack, wire::StatusOk},
    store::Table,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to see whether the table answers.
    pub struct Ready { http: Http, table: Table }
}

/// The function's router.
pub fn router(parts: Ready) -> Router {
    stack::route(&HEALTH_READY, ready, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(ready))]
pub struct Document;

/// It can serve requests.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
struct Response {
    status: StatusOk,
}

/// The service can serve requests.
#[utoipa::path(
    get, path = "/v1/health/ready", tag = "Health",
    responses((status = 200, body = Response), (status = 503)),
)]
async fn ready(State(parts): State<Ready>) -> Result<Json<Response>, ApiError> {
    parts.table.probe().await?;
    Ok(Json(Response { status: StatusOk }))
}
