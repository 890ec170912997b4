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
    domain::{Act, Error, Origin, Refresh, Session, SessionLifetimes},
    http::{
        ApiError, Http,
        extract::{CountedBySource, RefreshCookie},
        routes::AUTH_REFRESH,
        stack,
        tokens::{self, TokensBody},
    },
    random::Random,
    services::{accounts::Revocation, admission::Limiter},
    store::{Error as StoreError, Sessions, Users},
};

use presented::{Optional, Presented};

shared::holds! {
    /// What it takes to go on with a session, the private key among it.
    pub struct RefreshSession {
        http: Http,
        clock: Clock,
        random: Random,
        users: Users,
        sessions: Sessions,
        revocation: Revocation,
        limiter: Limiter,
        lifetimes: SessionLifetimes,
        signer: Signer,
        audit: Audit,
    }
}

/// The function's router.
pub fn router(parts: RefreshSession) -> Router {
    stack::route(&AUTH_REFRESH, refresh, parts)
}

/// What the API's document says of it.
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
    State(parts): State<RefreshSession>,
    _counted: CountedBySource,
    origin: Origin,
    presented: Presented,
) -> Result<Response, ApiError> {
    let (text, cookie) = match &presented {
        Presented::InBody(text) => (text, None),
        Presented::InCookie(text, cookie) => (text, Some(cookie)),
    };
    let presented = RefreshToken::parse(text).ok_or(Error::Unauthenticated("not a refresh token"))?;
    let user = parts.users.get_user(presented.user_id()).await?.ok_or(Error::Unauthenticated("account gone"))?;
    if user.disabled {
        return Err(Error::Unauthenticated("account is shut").into());
    }
    let next = RefreshToken::new(presented.user_id(), presented.session_id(), &parts.random);
    let session = rotate(&parts, &presented, &next, &origin).await?;
    parts.audit.note(Act::token_refreshed(user.id, session.id), &origin).await?;
    Ok(tokens::answer(&parts.signer, (&session, user.role), &next, cookie, session.last_used_at)?)
}

/// Two requests with one token may race: the write of one of them fails, and it decides anew on what it finds.
async fn rotate(
    parts: &RefreshSession,
    presented: &RefreshToken,
    next: &RefreshToken,
    origin: &Origin,
) -> Result<Session, Error> {
    const ATTEMPTS: usize = 16;
    let (user_id, id) = (presented.user_id(), presented.session_id());
    for _ in 0..ATTEMPTS {
        let session = parts.sessions.get(user_id, id).await?.ok_or(Error::Unauthenticated("session ended"))?;
        match session.refresh(&presented.hash(), next.hash(), parts.lifetimes, parts.clock.now()) {
            Refresh::Expired => return Err(Error::Unauthenticated("refresh token expired")),
            Refresh::Replayed => {
                let event = parts.audit.event(Act::token_replayed(user_id, id), origin);
                parts.revocation.end(user_id, id, event).await?;
                return Err(Error::Unauthenticated("refresh token replayed"));
            }
            Refresh::Rotated(rotated) => match parts.sessions.rotate(&session, &rotated).await {
                Err(StoreError::Conflict) => {}
                outcome => return Ok(outcome.map(|()| *rotated)?),
            },
        }
    }
    Err(Error::Overloaded)
}
