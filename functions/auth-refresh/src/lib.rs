//! `POST /v1/auth/refresh` — exchanges a refresh token for new tokens.
//!
//! - Caller: the holder of a refresh token, sent in the body or, by browsers, in a cookie. The new
//!   one is returned the same way.
//! - Rate limit: `refresh`, by source IP address.
//! - DynamoDB: two reads and one conditional write, repeated when two requests race.
//! - SQS: one request with the audit event `auth.token_refreshed` or `auth.token_replayed`.
//! - Responses: 200; 401, the same for every reason; 422; 429. A token that was already used
//!   revokes its session.

mod presented_token;
pub mod route;

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::{RefreshToken, Signer},
    clock::Clock,
    domain::{AuditAction, Error, RefreshOutcome, RequestSource, Session, SessionLifetimes},
    http::{
        ApiError, HttpSettings,
        extract::{RateLimitedByIp, RefreshCookie},
        stack,
        tokens::{self, TokensBody},
    },
    random::Random,
    services::{accounts::SessionRevoker, admission::Limiter},
    store::{Error as StoreError, Sessions, Users},
};

use crate::route::ROUTE;
use presented_token::{OptionalToken, PresentedToken};

shared::dependencies! {
    /// The dependencies of the route.
    pub struct RefreshSession {
        http: HttpSettings,
        clock: Clock,
        random: Random,
        users: Users,
        sessions: Sessions,
        session_revoker: SessionRevoker,
        limiter: Limiter,
        lifetimes: SessionLifetimes,
        signer: Signer,
        audit: Audit,
    }
}

/// Creates the router of the function.
pub fn router(state: RefreshSession) -> Router {
    stack::route(&ROUTE, refresh, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(refresh))]
pub struct Document;

/// Exchanges a refresh token for new tokens.
///
/// A refresh token is valid once. Using it again revokes its session, unless the response to the
/// first use was lost. A browser with the token in a cookie sends `{}` and receives the next token
/// in a cookie.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "Account",
    params(RefreshCookie),
    request_body = OptionalToken,
    responses((status = 200, body = TokensBody, headers(("Set-Cookie"))), (status = 401)),
)]
async fn refresh(
    State(state): State<RefreshSession>,
    _counted: RateLimitedByIp,
    source: RequestSource,
    presented: PresentedToken,
) -> Result<Response, ApiError> {
    let PresentedToken { text, cookie } = presented;
    let token = RefreshToken::parse(&text).ok_or(Error::Unauthenticated("not a refresh token"))?;
    let user = state.users.get(token.user_id()).await?.ok_or(Error::Unauthenticated("account gone"))?;
    if user.disabled {
        return Err(Error::Unauthenticated("account is shut").into());
    }
    let next = RefreshToken::new(token.user_id(), token.session_id(), &state.random);
    let session = rotate(&state, &token, &next, &source).await?;
    state.audit.record_now(AuditAction::token_refreshed(user.id, session.id), &source).await?;
    Ok(tokens::response(&state.signer, &session, user.role, &next, cookie.as_ref(), session.last_used_at)?)
}

/// Replaces the session's refresh token with `next`. Of two requests that race with one token, one
/// conflicts. It reads the session again and decides on the new state.
async fn rotate(
    state: &RefreshSession,
    presented: &RefreshToken,
    next: &RefreshToken,
    source: &RequestSource,
) -> Result<Session, Error> {
    const ATTEMPTS: usize = 16;
    let (user_id, id) = (presented.user_id(), presented.session_id());
    for _ in 0..ATTEMPTS {
        let session = state.sessions.get(user_id, id).await?.ok_or(Error::Unauthenticated("session ended"))?;
        match session.refresh(&presented.hash(), next.hash(), state.lifetimes, state.clock.now()) {
            RefreshOutcome::Expired => return Err(Error::Unauthenticated("refresh token expired")),
            RefreshOutcome::Replayed => {
                let event = state.audit.event(AuditAction::token_replayed(user_id, id), source);
                state.session_revoker.revoke(user_id, id, event).await?;
                return Err(Error::Unauthenticated("refresh token replayed"));
            }
            RefreshOutcome::Rotated(rotated) => match state.sessions.rotate(&session, &rotated).await {
                Err(StoreError::Conflict) => {}
                result => return Ok(result.map(|()| *rotated)?),
            },
        }
    }
    Err(Error::Overloaded)
}
