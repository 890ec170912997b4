//! `DELETE /v1/watchlists/items/{item_id}` — removes an item from the caller's watchlist.
//!
//! - Caller: a signed-in user, the owner of the item.
//! - Rate limit: `watchlists:write`, by user.
//! - DynamoDB: one conditional delete.
//! - Redis: one request that invalidates the caller's cached pages.
//! - SQS: one request with the audit event `watchlist.item_removed`.
//! - Responses: 204; 401; 404; 412 when `If-Match` names another version; 429.

pub mod route;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{Error, ItemId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, IfMatch, PathId},
        stack,
    },
    services::watchlist::WatchlistWriter,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Remove {
        http: HttpSettings,
        authenticator: Authenticator,
        watchlist: WatchlistWriter,
    }
}

/// Creates the router of the function.
pub fn router(state: Remove) -> Router {
    stack::route(&ROUTE, remove, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(remove))]
pub struct Document;

/// Removes an item from your watchlist.
#[utoipa::path(
    delete, path = "/v1/watchlists/items/{item_id}", tag = "Watchlist", security(("bearer" = [])),
    params(IfMatch),
    responses((status = 204)),
)]
async fn remove(
    State(state): State<Remove>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<ItemId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    let removed = state.watchlist.remove(caller.id, id, &if_match.expected_version(), &source).await;
    removed.map_err(|error| error.conflict_as(Error::PreconditionFailed))?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
