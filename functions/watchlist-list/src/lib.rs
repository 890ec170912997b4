//! `GET /v1/watchlists` — a page of the caller's watchlist.
//!
//! Who: a signed-in user, for the own list. DynamoDB: one strongly consistent query (`skip` adds a counting one).
//! 200 with `Link` to the next page; 400 for a bad cursor; 401; 422.

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;
use shared::{
    auth::{CursorKey, Verifier},
    http::{ApiError, Http, extract, extract::CurrentUser, next_link, routes::WATCHLIST_LIST, stack, wire::WireItem},
    store::Watchlist,
};

mod query;

use query::ListQuery;

shared::holds! {
    /// What it takes to read a watchlist.
    pub struct List { http: Http, verifier: Verifier, watchlist: Watchlist, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&WATCHLIST_LIST, list, parts)
}

#[derive(Serialize)]
struct ListBody {
    user: String,
    skip: usize,
    limit: usize,
    watchlist: Vec<WireItem>,
    next_cursor: Option<String>,
}

async fn list(
    State(parts): State<List>,
    caller: CurrentUser,
    extract::Query(query): extract::Query<ListQuery>,
) -> Result<Response, ApiError> {
    let scope = query.scope(caller.id);
    let page = parts.watchlist.list(caller.id, &query.stored(&scope, &parts.cursors)?).await?;
    let next_cursor = page.next.map(|id| parts.cursors.seal(&scope, id.as_bytes())).transpose()?;

    let mut headers = HeaderMap::new();
    let link = next_cursor.as_ref().and_then(|cursor| next_link(WATCHLIST_LIST.path, &query.kept(), cursor));
    headers.extend(link.map(|link| (header::LINK, link)));
    let body = ListBody {
        user: caller.id.to_string(),
        skip: query.skip.get(),
        limit: query.limit.get(),
        watchlist: page.items.iter().map(WireItem::from).collect(),
        next_cursor,
    };
    Ok((headers, Json(body)).into_response())
}
