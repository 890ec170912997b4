//! `GET /v1/health/ready` — requests can be served: the table answers.
//!
//! Who: anyone. DynamoDB: one read. 200; 503.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    http::{ApiError, HttpSettings, routes::HEALTH_READY, stack, views::StatusOk},
    store::Table,
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to see whether the table answers.
    pub struct Ready { http: HttpSettings, table: Table }
}

/// The function's router.
pub fn router(state: Ready) -> Router {
    stack::route(&HEALTH_READY, ready, state)
}

/// The route's OpenAPI document.
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
async fn ready(State(state): State<Ready>) -> Result<Json<Response>, ApiError> {
    state.table.probe().await?;
    Ok(Json(Response { status: StatusOk }))
}
