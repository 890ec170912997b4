//! `GET /v1/admin/users/{user_id}/watchlist` — returns a page of a user's watchlist.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the caller's role and one of the account, then one query. A `skip`
//!   over 75 adds queries of the keys of the skipped items.
//! - SQS: one request with the audit event `admin.viewed`.
//! - Responses: 200 with `Link`; 304; 400 for an invalid cursor; 401; 403; 404; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::CursorKey,
    cache::PageLookup,
    domain::{AuditAction, Error, RequestSource, TargetType, UserId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, Admin, IfNoneMatch, PathId},
        stack,
        watchlist_page::{self, ListQuery, WatchlistPageView},
    },
    store::{Users, Watchlist},
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct UserWatchlist {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        watchlist: Watchlist,
        cursors: CursorKey,
    }
}

/// Creates the router of the function.
pub fn router(state: UserWatchlist) -> Router {
    stack::route(&ROUTE, user_watchlist, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(user_watchlist))]
pub struct Document;

/// Returns a page of a user's watchlist.
#[utoipa::path(
    get, path = "/v1/admin/users/{user_id}/watchlist", tag = "Administration", security(("bearer" = ["admin"])),
    params(ListQuery, IfNoneMatch),
    responses((status = 200, body = WatchlistPageView, headers(("Cache-Control"), ("ETag"), ("Link"), ("X-Cache")))),
)]
async fn user_watchlist(
    State(state): State<UserWatchlist>,
    admin: Admin,
    source: RequestSource,
    PathId(id): PathId<UserId>,
    extract::Query(query): extract::Query<ListQuery>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let user = state.users.get(id).await?.ok_or(Error::NotFound)?;
    state.audit.record_now(AuditAction::viewed(admin.id, TargetType::Watchlist, Some(user.id)), &source).await?;
    let path = ROUTE.path.replace("{user_id}", &user.id.to_string());
    let page = watchlist_page::render(user.id, &query, &state.watchlist, &state.cursors, &path).await?;
    Ok(watchlist_page::response(page, PageLookup::Bypass.as_str(), &if_none_match))
}
