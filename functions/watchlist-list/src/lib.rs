//! `GET /v1/watchlists` — returns a page of the caller's watchlist.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `watchlists:list`, by user.
//! - Redis: one request for the rate limit, the session and the page. A page is cached for 30
//!   seconds; a cache miss adds a request that stores it.
//! - DynamoDB: only on a cache miss, one strongly consistent query. A `skip` over 75 adds queries
//!   of the keys of the skipped items.
//! - Responses: 200 with `ETag`, `X-Cache`, and `Link` to the next page; 304; 400 for an invalid
//!   cursor; 401; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    cache::PageCache,
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CachedPageRequest, IfNoneMatch},
        stack,
        watchlist_page::{self, ListQuery, WatchlistPageView},
    },
    store::Watchlist,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct List {
        http: HttpSettings,
        authenticator: Authenticator,
        pages: PageCache,
        watchlist: Watchlist,
        cursors: CursorKey,
    }
}

/// Creates the router of the function.
pub fn router(state: List) -> Router {
    stack::route(&ROUTE, list, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// Returns a page of your watchlist.
///
/// The page is cached for 30 seconds; your own changes invalidate it. `skip` and `cursor` are
/// mutually exclusive.
#[utoipa::path(
    get, path = "/v1/watchlists", tag = "Watchlist", security(("bearer" = [])),
    params(ListQuery, IfNoneMatch),
    responses((status = 200, body = WatchlistPageView, headers(("Cache-Control"), ("ETag"), ("Link"), ("X-Cache")))),
)]
async fn list(
    State(state): State<List>,
    CachedPageRequest { user, query, key, cached }: CachedPageRequest<ListQuery>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let x_cache = cached.as_str();
    let List { pages, watchlist, cursors, .. } = &state;
    let render = || watchlist_page::render(user.id, &query, watchlist, cursors, ROUTE.path);
    Ok(watchlist_page::response(pages.get_or_render(&key, cached, render).await?, x_cache, &if_none_match))
}
