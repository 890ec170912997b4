//! `GET /v1/customers/{customer_id}` — one customer.
//!
//! - Caller: the customer's owner, or an administrator.
//! - Rate limit: `customers:read`, by user.
//! - DynamoDB: one read. For an administrator who reads a customer of another account: one read of
//!   the role and two more.
//! - SQS: one request for an administrator who reads a customer of another account.
//! - Responses: 200 with `ETag`; 304; 401; 404; 429.

pub mod route;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    domain::{CustomerId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{IfNoneMatch, PathId, UserOrAdmin},
        stack, version_etag,
        views::CustomerView,
    },
    services::customers::CustomerReader,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Get { http: HttpSettings, authenticator: Authenticator, customers: CustomerReader }
}

/// The function's router.
pub fn router(state: Get) -> Router {
    stack::route(&ROUTE, get, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// One customer.
///
/// The owner and administrators can read it. Any other caller gets a 404.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = CustomerView, headers(("ETag")))),
)]
async fn get(
    State(state): State<Get>,
    UserOrAdmin(caller): UserOrAdmin,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let customer = state.customers.find(caller, id, &source).await?;
    let etag = version_etag(customer.version);
    if if_none_match.matches(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(CustomerView::from(&customer))).into_response())
}
