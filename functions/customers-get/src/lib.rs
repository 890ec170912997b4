//! `GET /v1/customers/{customer_id}` — one customer.
//!
//! Who: its owner, or an administrator. Limit: `customers:read`, by user. DynamoDB: one read; for an administrator who looks at
//! somebody else's the role and two more. SQS: one call then. 200 with `ETag`; 304; 401; 404; 429.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    domain::{CustomerId, Origin},
    http::{
        ApiError, Authenticator, Http,
        extract::{IfNoneMatch, PathId, Viewer, etag},
        routes::CUSTOMERS_GET,
        stack,
        wire::WireCustomer,
    },
    services::customers::CustomerReader,
};

shared::holds! {
    /// What it takes to read a customer.
    pub struct Get { http: Http, authenticator: Authenticator, customers: CustomerReader }
}

/// The function's router.
pub fn router(parts: Get) -> Router {
    stack::route(&CUSTOMERS_GET, get, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// One customer.
///
/// Its owner's and administrators' to see; to everybody else there is no such thing.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = WireCustomer, headers(("ETag")))),
)]
async fn get(
    State(parts): State<Get>,
    Viewer(viewer): Viewer,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let customer = parts.customers.find(viewer, id, &origin).await?;
    let etag = [(header::ETAG, etag(customer.version))];
    if if_none_match.has(customer.version) {
        return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
    }
    Ok((etag, Json(WireCustomer::from(&customer))).into_response())
}
