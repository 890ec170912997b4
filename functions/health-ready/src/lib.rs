//! `GET /v1/health/ready`: readiness of the API.
//!
//! Caller: anyone. One read of DynamoDB. 200; 503 when the table is unavailable.

pub mod route;

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    http::{ApiError, HttpSettings, stack, views::StatusOk},
    store::Table,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of `GET /v1/health/ready`.
    pub struct Ready { http: HttpSettings, table: Table }
}

/// The function's router.
pub fn router(state: Ready) -> Router {
    stack::route(&ROUTE, ready, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(ready))]
pub struct Document;

/// The service can handle requests.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
struct Response {
    status: StatusOk,
}

/// Checks that the service can handle requests.
#[utoipa::path(
    get, path = "/v1/health/ready", tag = "Health",
    responses((status = 200, body = Response), (status = 503)),
)]
async fn ready(State(state): State<Ready>) -> Result<Json<Response>, ApiError> {
    state.table.probe().await?;
    Ok(Json(Response { status: StatusOk }))
}
