//! `POST /v1/auth/refresh` — exchanges a refresh token for new tokens.
//!
//! Who: whoever has the refresh token, in the body or, from a browser, in a cookie; the next one goes back the same way. Limit:
//! `refresh`, by source. DynamoDB: two reads, one conditional write (again when two requests race). SQS: one call. 200; 401 for
//! every reason alike; a token that was used before ends its session; 422; 429.

mod presented;

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::{RefreshToken, Signer},
    clock::Clock,
    domain::{AuditAction, Error, RefreshOutcome, RequestSource, Session, SessionLifetimes},
    http::{
        ApiError, HttpSettings,
        extract::{RateLimitedByIp, RefreshCookie},
        routes::AUTH_REFRESH,
        stack,
        tokens::{self, TokensBody},
    },
    random::Random,
    services::{accounts::SessionRevoker, admission::Limiter},
    store::{Error as StoreError, Sessions, Users},
};

use presented::{Optional, Presented};

shared::dependencies! {
    /// What it takes to go on with a session, the private key among it.
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

/// The function's router.
pub fn router(state: RefreshSession) -> Router {
    stack::route(&AUTH_REFRESH, refresh, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(refresh))]
pub struct Document;

/// Exchanges a refresh token for new tokens.
///
/// The refresh token works once, but for when the answer was lost: using it again ends its session. A browser that has it in a
/// cookie sends `{}`, and gets the next one in a cookie too.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "Account",
    params(RefreshCookie),
    request_body = Optional,
    responses((status = 200, body = TokensBody, headers(("Set-Cookie"))), (status = 401)),
)]
async fn refresh(
    State(state): State<RefreshSession>,
    _counted: RateLimitedByIp,
    source: RequestSource,
    presented: Presented,
) -> Result<Response, ApiError> {
    let (text, cookie) = match &presented {
        Presented::InBody(text) => (text, None),
        Presented::InCookie(text, cookie) => (text, Some(cookie)),
    };
    let presented = RefreshToken::parse(text).ok_or(Error::Unauthenticated("not a refresh token"))?;
    let user = state.users.get(presented.user_id()).await?.ok_or(Error::Unauthenticated("account gone"))?;
    if user.disabled {
        return Err(Error::Unauthenticated("account is shut").into());
    }
    let next = RefreshToken::new(presented.user_id(), presented.session_id(), &state.random);
    let session = rotate(&state, &presented, &next, &source).await?;
    state.audit.record_now(AuditAction::token_refreshed(user.id, session.id), &source).await?;
    Ok(tokens::response(&state.signer, &session, user.role, &next, cookie, session.last_used_at)?)
}

/// Two requests with one token may race: the write of one of them fails, and it decides anew on what it finds.
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
                outcome => return Ok(outcome.map(|()| *rotated)?),
            },
        }
    }
    Err(Error::Overloaded)
}
