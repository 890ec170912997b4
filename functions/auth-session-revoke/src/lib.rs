//! `DELETE /v1/auth/sessions/{session_id}` — ends one of the caller's sessions.
//!
//! Who: a signed-in user, for the own sessions. Limit: `account`, by user. DynamoDB: one conditional delete. SQS: one call. 204; 401;
//! 404; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    domain::{Act, Error, Origin, SessionId},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, PathId},
        routes::AUTH_SESSION_REVOKE,
        stack,
    },
    services::accounts::Revocation,
};

shared::holds! {
    /// What it takes to end a session.
    pub struct Revoke { http: Http, authenticator: Authenticator, audit: Audit, revocation: Revocation }
}

/// The function's router.
pub fn router(parts: Revoke) -> Router {
    stack::route(&AUTH_SESSION_REVOKE, revoke, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(revoke))]
pub struct Document;

/// Ends one of your sessions.
///
/// Neither its access tokens nor its refresh token are good from now on.
#[utoipa::path(
    delete, path = "/v1/auth/sessions/{session_id}", tag = "Sessions", security(("bearer" = [])),
    responses((status = 204)),
)]
async fn revoke(
    State(parts): State<Revoke>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, ApiError> {
    let event = parts.audit.event(Act::session_revoked(caller.id, id), &origin);
    parts.revocation.end_existing(caller.id, id, event).await?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
