//! `DELETE /v1/watchlists/items/{item_id}` — removes an item from the caller's watchlist.
//!
//! Who: a signed-in user, for the own items. Limit: `watchlists:write`, by user. DynamoDB: one conditional write. SQS: one call. 204;
//! 401; 404; 412 when `If-Match` names another version; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{Error, ItemId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, IfMatch, PathId},
        routes::WATCHLIST_REMOVE,
        stack,
    },
    services::watchlist::WatchlistWriter,
};

shared::dependencies! {
    /// What it takes to remove a watchlist item.
    pub struct Remove { http: HttpSettings, authenticator: Authenticator, watchlist: WatchlistWriter }
}

/// The function's router.
pub fn router(state: Remove) -> Router {
    stack::route(&WATCHLIST_REMOVE, remove, state)
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
    removed.map_err(|error| error.or_conflict(Error::PreconditionFailed))?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
