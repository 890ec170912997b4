//! `DELETE /v1/customers/{customer_id}/favorites/{product_id}` — removes a product from a
//! customer's favourites.
//!
//! - Caller: the customer's owner.
//! - Rate limit: `customers:write`, by user.
//! - DynamoDB: one read of the customer, one delete of the favourite, one query of its history,
//!   which is deleted too.
//! - SQS: one request.
//! - Responses: 204; 401; 404; 429.

pub mod route;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{CustomerId, OwnedCustomer, ProductId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, PathIds},
        stack,
    },
    services::favorites::FavoriteRemover,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Remove { http: HttpSettings, authenticator: Authenticator, favorites: FavoriteRemover }
}

/// The function's router.
pub fn router(state: Remove) -> Router {
    stack::route(&ROUTE, remove, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(remove))]
pub struct Document;

/// Removes a product from a customer's favourites.
#[utoipa::path(
    delete, path = "/v1/customers/{customer_id}/favorites/{product_id}", tag = "Favourites", security(("bearer" = [])),
    responses((status = 204)),
)]
async fn remove(
    State(state): State<Remove>,
    caller: CurrentUser,
    source: RequestSource,
    PathIds(id, product): PathIds<CustomerId, ProductId>,
) -> Result<StatusCode, ApiError> {
    state.favorites.remove(OwnedCustomer { owner: caller.id, id }, &product, &source).await?;
    Ok(StatusCode::NO_CONTENT)
}
