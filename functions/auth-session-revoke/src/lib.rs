//! `DELETE /v1/auth/sessions/{session_id}` — revokes one of the caller's sessions.
//!
//! - Caller: a signed-in user, the owner of the session.
//! - Rate limit: `account`, by user.
//! - DynamoDB: one conditional delete.
//! - Redis: one request that invalidates the session.
//! - SQS: one request with the audit event `auth.session_revoked`.
//! - Responses: 204; 401; 404; 429.

pub mod route;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    domain::{AuditAction, Error, RequestSource, SessionId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, PathId},
        stack,
    },
    services::accounts::SessionRevoker,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Revoke {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        session_revoker: SessionRevoker,
    }
}

/// Creates the router of the function.
pub fn router(state: Revoke) -> Router {
    stack::route(&ROUTE, revoke, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(revoke))]
pub struct Document;

/// Revokes one of your sessions.
///
/// Its access tokens and its refresh token become invalid.
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
