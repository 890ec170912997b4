//! `GET /v1/admin/users/{user_id}/watchlist` — a page of a user's watchlist, as its owner sees it.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: role and account, then one query. SQS: one call. 200
//! with `Link`; 400; 401; 403; 404; 422; 429.

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::CursorKey,
    cache::Kept,
    domain::{Act, Error, Origin, TargetType, UserId},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{Admin, PathId, Preconditions},
        routes::ADMIN_USER_WATCHLIST,
        stack,
        watchlist_page::{self, ListBody, ListQuery},
    },
    store::{Users, Watchlist},
};

shared::holds! {
    /// What it takes to read anybody's watchlist.
    pub struct UserWatchlist {
        http: Http,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        watchlist: Watchlist,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(parts: UserWatchlist) -> Router {
    stack::route(&ADMIN_USER_WATCHLIST, user_watchlist, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(user_watchlist))]
pub struct Document;

/// A page of a user's watchlist, as its owner sees it.
#[utoipa::path(
    get, path = "/v1/admin/users/{user_id}/watchlist", tag = "Administration", security(("bearer" = ["admin"])),
    params(ListQuery, extract::IfNoneMatch),
    responses((status = 200, body = ListBody, headers(("Cache-Control"), ("ETag"), ("Link"), ("X-Cache")))),
)]
async fn user_watchlist(
    State(parts): State<UserWatchlist>,
    admin: Admin,
    origin: Origin,
    PathId(id): PathId<UserId>,
    extract::Query(query): extract::Query<ListQuery>,
    conditions: Preconditions,
) -> Result<Response, ApiError> {
    let user = parts.users.get_user(id).await?.ok_or(Error::NotFound)?;
    parts.audit.note(Act::viewed(admin.id, TargetType::Watchlist, Some(user.id)), &origin).await?;
    let path = ADMIN_USER_WATCHLIST.path.replace("{user_id}", &user.id.to_string());
    let page = watchlist_page::make(user.id, &query, &parts.watchlist, &parts.cursors, &path).await?;
    Ok(watchlist_page::answer(page, Kept::Bypass.as_str(), &conditions))
}
