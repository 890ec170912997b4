//! `DELETE /v1/auth/sessions/{session_id}` — ends one of the caller's sessions.
//!
//! Who: a signed-in user, for the own sessions. Limit: `account`, by user. DynamoDB: one conditional delete. SQS: one call. 204; 401;
//! 404; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    domain::{AuditAction, Error, RequestSource, SessionId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, PathId},
        routes::AUTH_SESSION_REVOKE,
        stack,
    },
    services::accounts::SessionRevoker,
};

shared::dependencies! {
    /// What it takes to end a session.
    pub struct Revoke { http: HttpSettings, authenticator: Authenticator, audit: Audit, session_revoker: SessionRevoker }
}

/// The function's router.
pub fn router(state: Revoke) -> Router {
    stack::route(&AUTH_SESSION_REVOKE, revoke, state)
}

/// The route's OpenAPI document.
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
    State(state): State<Revoke>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<SessionId>,
) -> Result<StatusCode, ApiError> {
    let event = state.audit.event(AuditAction::session_revoked(caller.id, id), &source);
    state.session_revoker.revoke_existing(caller.id, id, event).await?.ok_or(Error::NotFound)?;
    Ok(StatusCode::NO_CONTENT)
}
