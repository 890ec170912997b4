//! `GET /v1/admin/users/{user_id}` — returns an account.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the caller's role, then two batch reads of the account's profile and
//!   credential.
//! - SQS: one request with the audit event `admin.viewed`.
//! - Responses: 200 with `ETag`; 304; 401; 403; 404; 429.

pub mod route;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    audit::Audit,
    domain::{AuditAction, Error, RequestSource, TargetType, UserId},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{Admin, IfNoneMatch, PathId},
        stack,
        views::AccountView,
    },
    store::Users,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct GetUser {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
    }
}

/// Creates the router of the function.
pub fn router(state: GetUser) -> Router {
    stack::route(&ROUTE, get_user, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get_user))]
pub struct Document;

/// Returns an account.
#[utoipa::path(
    get, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(IfNoneMatch),
    responses((status = 200, body = AccountView, headers(("ETag")))),
)]
async fn get_user(
    State(state): State<GetUser>,
    admin: Admin,
    source: RequestSource,
    PathId(id): PathId<UserId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let account = AccountView::from(&state.users.account(id).await?.ok_or(Error::NotFound)?);
    state.audit.record_now(AuditAction::viewed(admin.id, TargetType::Account, Some(id)), &source).await?;
    let etag = content_etag(&account);
    if if_none_match.matches(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(account)).into_response())
}
