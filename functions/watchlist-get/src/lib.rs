//! `GET /v1/watchlists/items/{item_id}` — returns an item of the caller's watchlist.
//!
//! - Caller: a signed-in user, the owner of the item.
//! - Rate limit: `watchlists:list`, by user.
//! - DynamoDB: one read.
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
    domain::{Error, ItemId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, IfNoneMatch, PathId},
        stack, version_etag,
        views::ItemResponse,
    },
    store::Watchlist,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Get { http: HttpSettings, authenticator: Authenticator, watchlist: Watchlist }
}

/// Creates the router of the function.
pub fn router(state: Get) -> Router {
    stack::route(&ROUTE, get, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// Returns an item of your watchlist.
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
