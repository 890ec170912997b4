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
        ApiError, Authenticator, Http,
        extract::{CurrentUser, IfNoneMatch, PathId, etag},
        routes::WATCHLIST_GET,
        stack,
        wire::ItemBody,
    },
    store::Watchlist,
};

shared::holds! {
    /// What it takes to read a watchlist item.
    pub struct Get { http: Http, authenticator: Authenticator, watchlist: Watchlist }
}

/// The function's router.
pub fn router(parts: Get) -> Router {
    stack::route(&WATCHLIST_GET, get, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// One item of your watchlist.
#[utoipa::path(
    get, path = "/v1/watchlists/items/{item_id}", tag = "Watchlist", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = ItemBody, headers(("ETag")))),
)]
async fn get(
    State(parts): State<Get>,
    caller: CurrentUser,
    PathId(id): PathId<ItemId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let item = parts.watchlist.get(caller.id, id).await?.ok_or(Error::NotFound)?;
    let etag = [(header::ETAG, etag(item.version))];
    if if_none_match.has(item.version) {
        return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
    }
    Ok((etag, Json(ItemBody::from(&item))).into_response())
}
