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
    accounts::Revocation,
    audit::Audit,
    domain::{Act, Origin},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields, RefreshCookie},
        routes::AUTH_LOGOUT,
        stack,
    },
};

shared::holds! {
    /// What it takes to end sessions.
    pub struct Logout { http: Http, authenticator: Authenticator, audit: Audit, revocation: Revocation }
}

/// The function's router.
pub fn router(parts: Logout) -> Router {
    stack::route(&AUTH_LOGOUT, logout, parts)
}

struct Request {
    all: bool,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { all: fields.optional_flag("all")?.unwrap_or_default() })
    }
}

async fn logout(
    State(parts): State<Logout>,
    caller: CurrentUser,
    origin: Origin,
    cookie: RefreshCookie,
    extract::OptionalJson(request): extract::OptionalJson<Request>,
) -> Result<impl IntoResponse, ApiError> {
    if request.all {
        // The caller's own session last: an interrupted call can be repeated with it.
        parts.revocation.end_all(caller.id, Some(caller.session_id)).await?;
    }
    let act = Act::logged_out(caller.id, caller.session_id, request.all);
    parts.revocation.end(caller.id, caller.session_id, parts.audit.event(act, &origin)).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.forget())))
}
