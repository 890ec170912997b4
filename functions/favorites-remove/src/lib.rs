//! `DELETE /v1/customers/{customer_id}/favorites/{product_id}` — a product is no favourite of a customer's any more.
//!
//! Who: the customer's owner. Limit: `customers:write`, by user. DynamoDB: one read, one delete, one query for what the favourite
//! was, which goes too. SQS: one call. 204; 401; 404; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{CustomerId, Origin, ProductId},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, PathIds},
        routes::FAVORITES_REMOVE,
        stack,
    },
    services::customers::CustomerWriter,
};

shared::holds! {
    /// What it takes to remove a favourite.
    pub struct Remove { http: Http, authenticator: Authenticator, customers: CustomerWriter }
}

/// The function's router.
pub fn router(parts: Remove) -> Router {
    stack::route(&FAVORITES_REMOVE, remove, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(remove))]
pub struct Document;

/// Removes a product from a customer's favourites.
#[utoipa::path(
    delete, path = "/v1/customers/{customer_id}/favorites/{product_id}", tag = "Favourites", security(("bearer" = [])),
    responses((status = 204)),
)]
async fn remove(
    State(parts): State<Remove>,
    caller: CurrentUser,
    origin: Origin,
    PathIds(customer, product): PathIds<CustomerId, ProductId>,
) -> Result<StatusCode, ApiError> {
    parts.customers.remove_favorite(caller.id, customer, &product, &origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
