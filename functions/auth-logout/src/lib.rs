//! `POST /v1/auth/logout` — signs the caller out of the current session or of all sessions.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `account`, by user.
//! - DynamoDB: one delete. With `all`, one query and a delete for each session.
//! - Redis: one request that invalidates the sessions.
//! - SQS: one request with the audit event `auth.logged_out`.
//! - Responses: 204, which also clears the refresh cookie; 401; 422; 429.

pub mod route;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
};
use shared::{
    audit::Audit,
    domain::{AuditAction, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, CurrentUser, Fields, RefreshCookie},
        stack,
    },
    services::accounts::SessionRevoker,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Logout {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        session_revoker: SessionRevoker,
    }
}

/// Creates the router of the function.
pub fn router(state: Logout) -> Router {
    stack::route(&ROUTE, logout, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(logout))]
pub struct Document;

/// The sessions to revoke. By default only the current one.
#[derive(ToSchema)]
#[schema(as = LogoutRequest, examples(json!({"all": true})))]
struct Request {
    /// Revoke all sessions of the account.
    #[schema(required = false)]
    all: bool,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { all: fields.optional_flag("all")?.unwrap_or_default() })
    }
}

/// Signs out.
///
/// The access token and the refresh token of the session become invalid, and the cookie is cleared.
#[utoipa::path(
    post, path = "/v1/auth/logout", tag = "Account", security(("bearer" = [])),
    params(RefreshCookie),
    request_body = Option<Request>,
    responses((status = 204, headers(("Set-Cookie")))),
)]
async fn logout(
    State(state): State<Logout>,
    caller: CurrentUser,
    source: RequestSource,
    cookie: RefreshCookie,
    extract::OptionalJson(request): extract::OptionalJson<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let action = if request.all {
        // The current session is revoked last, so that an interrupted request can be repeated with
        // it.
        state.session_revoker.revoke_all(caller.id, Some(caller.session_id)).await?;
        AuditAction::logged_out_everywhere(caller.id, caller.session_id)
    } else {
        AuditAction::logged_out(caller.id, caller.session_id)
    };
    state.session_revoker.revoke(caller.id, caller.session_id, state.audit.event(action, &source)).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.clear())))
}
