//! `$route` — returns the status `ok`.
//!
//! - Caller: $caller.
//! - Rate limit: $limit.
//! - Responses: $statuses.

pub mod route;

use axum::{Json, Router};
use serde::Serialize;
use shared::{$imports};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct $state { $dependencies }
}

/// Creates the router of the function.
pub fn router(state: $state) -> Router {
    stack::route(&ROUTE, $handler, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths($handler))]
pub struct Document;

/// The status of the route.
#[derive(Serialize, ToSchema)]
#[schema(as = $schema)]
struct Response {
    status: StatusOk,
}

/// Returns the status `ok`.
#[utoipa::path(
    $method, path = "$path", tag = "$tag",$security
    responses((status = 200, body = Response)),
)]
async fn $handler($parameters) -> Json<Response> {
    Json(Response { status: StatusOk })
}
