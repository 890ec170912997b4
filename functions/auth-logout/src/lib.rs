//! `POST /v1/auth/logout` — ends the caller's session, or all of them.
//!
//! Who: a signed-in user. Limit: `account`, by user. DynamoDB: one delete (with `all`, one query and a delete for
//! each). SQS: one call. 204, and a refresh cookie goes: from now on neither access nor refresh tokens of the session are good; 401; 422; 429.

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
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields, RefreshCookie},
        routes::AUTH_LOGOUT,
        stack,
    },
    services::accounts::SessionRevoker,
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to end sessions.
    pub struct Logout { http: HttpSettings, authenticator: Authenticator, audit: Audit, session_revoker: SessionRevoker }
}

/// The function's router.
pub fn router(state: Logout) -> Router {
    stack::route(&AUTH_LOGOUT, logout, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(logout))]
pub struct Document;

/// Which sessions to end; this one when nothing is said.
#[derive(ToSchema)]
#[schema(as = LogoutRequest, examples(json!({"all": true})))]
struct Request {
    /// All sessions of the account, not this one alone.
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
/// From now on neither the access token nor the refresh token of the session is good, and the cookie goes.
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
        // The caller's own session last: an interrupted call can be repeated with it.
        state.session_revoker.revoke_all(caller.id, Some(caller.session_id)).await?;
        AuditAction::logged_out_everywhere(caller.id, caller.session_id)
    } else {
        AuditAction::logged_out(caller.id, caller.session_id)
    };
    state.session_revoker.revoke(caller.id, caller.session_id, state.audit.event(action, &source)).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.clear())))
}
