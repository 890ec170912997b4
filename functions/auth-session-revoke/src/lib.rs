//! `DELETE /v1/auth/sessions/{session_id}` — ends one of the caller's sessions.
//!
//! Who: a signed-in user, for the own sessions. Limit: `account`, by user. DynamoDB: one conditional delete. 204; 401;
//! 404; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    accounts::Revocation,
    domain::{Error, SessionId},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, PathId},
        routes::AUTH_SESSION_REVOKE,
        stack,
    },
};

shared::holds! {
    /// What it takes to end a session.
    pub struct Revoke { http: Http, authenticator: Authenticator, revocation: Revocation }
}

/// The function's router.
pub fn router(parts: Revoke) -> Router {
    stack::route(&AUTH_SESSION_REVOKE, revoke, parts)
}

async fn revoke(
    State(parts): State<Revoke>,
    caller: CurrentUser,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, ApiError> {
    parts.revocation.end_existing(caller.id, id).await?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
