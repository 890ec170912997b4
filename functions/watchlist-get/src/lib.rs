//! `GET /v1/watchlists/items/{item_id}` — one item of the caller's watchlist.
//!
//! Who: a signed-in user, for the own items. Limit: `watchlists:list`, by user. DynamoDB: one read. 200 with `ETag`;
//! 304; 401; 404; 429.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    domain::{Error, ItemId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, IfNoneMatch, PathId},
        routes::WATCHLIST_GET,
        stack, version_etag,
        views::ItemResponse,
    },
    store::Watchlist,
};

shared::dependencies! {
    /// What it takes to read a watchlist item.
    pub struct Get { http: HttpSettings, authenticator: Authenticator, watchlist: Watchlist }
}

/// The function's router.
pub fn router(state: Get) -> Router {
    stack::route(&WATCHLIST_GET, get, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// One item of your watchlist.
#[utoipa::path(
    get, path = "/v1/watchlists/items/{item_id}", tag = "Watchlist", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = ItemResponse, headers(("ETag")))),
)]
async fn get(
    State(state): State<Get>,
    caller: CurrentUser,
    PathId(id): PathId<ItemId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let item = state.watchlist.get(caller.id, id).await?.ok_or(Error::NotFound)?;
    let etag = version_etag(item.version);
    if if_none_match.matches(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(ItemResponse::from(&item))).into_response())
}
