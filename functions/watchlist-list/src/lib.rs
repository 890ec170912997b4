//! `GET /v1/watchlists` — a page of the caller's watchlist.
//!
//! Who: a signed-in user, for the own list. Limit: `watchlists:list`, by user. Redis: one round trip brings the page,
//! for 30 seconds. DynamoDB on a miss: one strongly consistent query (`skip` adds a counting one). 200 with `ETag`,
//! `X-Cache`, and `Link` to the next page; 304; 400 for a bad cursor; 401; 422; 429.

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    cache::Pages,
    http::{
        ApiError, Authenticator, Http,
        extract::{self, OwnPage, Preconditions},
        routes::WATCHLIST_LIST,
        stack,
        watchlist_page::{self, ListBody, ListQuery},
    },
    store::Watchlist,
};

shared::holds! {
    /// What it takes to read a watchlist.
    pub struct List {
        http: Http,
        authenticator: Authenticator,
        pages: Pages,
        watchlist: Watchlist,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&WATCHLIST_LIST, list, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of your watchlist.
///
/// It comes from a cache for 30 seconds; one's own changes show at once. `skip` and `cursor` exclude each other.
#[utoipa::path(
    get, path = "/v1/watchlists", tag = "Watchlist", security(("bearer" = [])),
    params(ListQuery, extract::IfNoneMatch),
    responses((status = 200, body = ListBody, headers(("Cache-Control"), ("ETag"), ("Link"), ("X-Cache")))),
)]
async fn list(
    State(parts): State<List>,
    OwnPage { caller, query, key, kept }: OwnPage<ListQuery>,
    conditions: Preconditions,
) -> Result<Response, ApiError> {
    let served = kept.as_str();
    let List { pages, watchlist, cursors, .. } = &parts;
    let make = || watchlist_page::make(caller.id, &query, watchlist, cursors, WATCHLIST_LIST.path);
    Ok(watchlist_page::answer(pages.get(&key, kept, make).await?, served, &conditions))
}
