//! `DELETE /v1/customers/{customer_id}` — deletes a customer with its favourites.
//!
//! - Caller: the customer's owner.
//! - Rate limit: `customers:write`, by user.
//! - DynamoDB: one read, one transaction that hides the customer and adds the audit event; then one
//!   transaction per 99 favourites, and deletes of their histories.
//! - SQS: one request.
//! - Responses: 204; 401; 404; 412 when `If-Match` names another version; 429; 503 when the
//!   deletion takes longer than the time limit. Another request continues it.

pub mod route;

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{CustomerId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, IfMatch, PathId},
        stack,
    },
    services::customers::CustomerWriter,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Delete { http: HttpSettings, authenticator: Authenticator, customers: CustomerWriter }
}

const LIMIT: Duration = Duration::from_secs(25);

/// The function's router.
pub fn router(state: Delete) -> Router {
    stack::route_with_deadline(&ROUTE, LIMIT, delete, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete))]
pub struct Document;

/// Deletes a customer with its favourites.
///
/// A 503 can mean that the customer has too many favourites for one request. Send the request again
/// to continue.
#[utoipa::path(
    delete, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    responses((status = 204)),
)]
async fn delete(
    State(state): State<Delete>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    state.customers.delete(caller.id, id, &if_match.expected_version(), caller.id, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}
