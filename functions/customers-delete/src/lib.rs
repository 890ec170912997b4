//! `DELETE /v1/customers/{customer_id}` — deletes a customer of the caller's with its favourites.
//!
//! Who: its owner. Limit: `customers:write`, by user. DynamoDB: one read, one transaction by which it disappears, with the event;
//! then a transaction for each 99 favourites, and deletes for what they were. SQS: one call. 204; 401; 404; 412 when `If-Match`
//! names another version; 429; 503 when there is more than fits into the time: calling again goes on.

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{CustomerId, Origin},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, IfMatch, PathId},
        routes::CUSTOMERS_DELETE,
        stack,
    },
    services::customers::CustomerWriter,
};

shared::holds! {
    /// What it takes to delete a customer.
    pub struct Delete { http: Http, authenticator: Authenticator, customers: CustomerWriter }
}

const LIMIT: Duration = Duration::from_secs(25);

/// The function's router.
pub fn router(parts: Delete) -> Router {
    stack::slow_route(&CUSTOMERS_DELETE, LIMIT, delete, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete))]
pub struct Document;

/// Deletes a customer with its favourites.
///
/// A 503 may mean that there is more than fits into the time: send it again, and it goes on.
#[utoipa::path(
    delete, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    responses((status = 204)),
)]
async fn delete(
    State(parts): State<Delete>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    IfMatch(if_match): IfMatch,
) -> Result<StatusCode, ApiError> {
    parts.customers.delete(caller.id, id, &if_match, caller.id, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
