//! `GET /v1/admin/users/{user_id}` — one account.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, then the account's two items. SQS: one call. 200
//! with `ETag`; 304; 401; 403; 404; 429.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use shared::{
    audit::Audit,
    domain::{Act, Error, Origin, TargetType, UserId},
    http::{
        ApiError, Authenticator, Http,
        extract::{self, Admin, PathId, Preconditions, content_etag},
        routes::ADMIN_USER_GET,
        stack,
        wire::WireAccount,
    },
    store::Users,
};

shared::holds! {
    /// What it takes to see an account.
    pub struct GetUser { http: Http, authenticator: Authenticator, audit: Audit, users: Users }
}

/// The function's router.
pub fn router(parts: GetUser) -> Router {
    stack::route(&ADMIN_USER_GET, get_user, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get_user))]
pub struct Document;

/// One account.
#[utoipa::path(
    get, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(extract::IfNoneMatch),
    responses((status = 200, body = WireAccount, headers(("ETag")))),
)]
async fn get_user(
    State(parts): State<GetUser>,
    admin: Admin,
    origin: Origin,
    PathId(id): PathId<UserId>,
    conditions: Preconditions,
) -> Result<Response, ApiError> {
    let account = WireAccount::from(&parts.users.account(id).await?.ok_or(Error::NotFound)?);
    parts.audit.note(Act::viewed(admin.id, TargetType::Account, Some(id)), &origin).await?;
    let etag = content_etag(&account);
    if conditions.has(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(account)).into_response())
}
