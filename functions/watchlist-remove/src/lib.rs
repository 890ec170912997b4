//! `DELETE /v1/watchlists/items/{item_id}` — removes an item from the caller's watchlist.
//!
//! Who: a signed-in user, for the own items. Limit: `watchlists:write`, by user. DynamoDB: one conditional write. SQS: one call. 204;
//! 401; 404; 412 when `If-Match` names another version; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    domain::{Error, ItemId, Origin},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, IfMatch, PathId},
        routes::WATCHLIST_REMOVE,
        stack,
    },
    services::watchlist::WatchlistWriter,
};

shared::holds! {
    /// What it takes to remove a watchlist item.
    pub struct Remove { http: Http, authenticator: Authenticator, watchlist: WatchlistWriter }
}

/// The function's router.
pub fn router(parts: Remove) -> Router {
    stack::route(&WATCHLIST_REMOVE, remove, parts)
}

/// What the API's document says of it.
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
    State(parts): State<Remove>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<ItemId>,
    IfMatch(if_match): IfMatch,
) -> Result<StatusCode, ApiError> {
    let removed = parts.watchlist.remove(caller.id, id, &if_match, &origin).await;
    removed.map_err(|error| error.or_conflict(Error::PreconditionFailed))?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
