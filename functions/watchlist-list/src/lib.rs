//! `GET /v1/watchlists` — a page of the caller's watchlist.
//!
//! Who: a signed-in user, for the own list. DynamoDB: the session, then one strongly consistent query (`skip` adds a
//! counting one). 200 with `Link` to the next page; 400 for a bad cursor; 401; 422.

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    http::{
        ApiError, Authenticator, Http, extract,
        extract::CurrentUser,
        routes::WATCHLIST_LIST,
        stack,
        watchlist_page::{self, ListQuery},
    },
    store::Watchlist,
};

shared::holds! {
    /// What it takes to read a watchlist.
    pub struct List { http: Http, authenticator: Authenticator, watchlist: Watchlist, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&WATCHLIST_LIST, list, parts)
}

async fn list(
    State(parts): State<List>,
    caller: CurrentUser,
    extract::Query(query): extract::Query<ListQuery>,
) -> Result<Response, ApiError> {
    watchlist_page::answer(caller.id, &query, &parts.watchlist, &parts.cursors, WATCHLIST_LIST.path).await
}
