//! `GET /v1/watchlists` — a page of the caller's watchlist.
//!
//! Who: a signed-in user, for the own list. Limit: `watchlists:list`, by user. Redis: one round trip brings the page,
//! for 30 seconds. DynamoDB on a miss: one strongly consistent query (`skip` adds a counting one). 200 with `ETag`,
//! `X-Cache`, and `Link` to the next page; 304; 400 for a bad cursor; 401; 422; 429.

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    cache::PageCache,
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, CachedPageRequest, IfNoneMatch},
        routes::WATCHLIST_LIST,
        stack,
        watchlist_page::{self, ListQuery, WatchlistPageView},
    },
    store::Watchlist,
};

shared::dependencies! {
    /// What it takes to read a watchlist.
    pub struct List {
        http: HttpSettings,
        authenticator: Authenticator,
        pages: PageCache,
        watchlist: Watchlist,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(state: List) -> Router {
    stack::route(&WATCHLIST_LIST, list, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of your watchlist.
///
/// It comes from a cache for 30 seconds; one's own changes show at once. `skip` and `cursor` exclude each other.
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
    let render = || watchlist_page::render(user.id, &query, watchlist, cursors, WATCHLIST_LIST.path);
    Ok(watchlist_page::response(pages.get_or_render(&key, cached, render).await?, x_cache, &if_none_match))
}
