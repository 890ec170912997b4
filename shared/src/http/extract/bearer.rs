use axum::extract::{FromRef, FromRequestParts};
use http::{header, request::Parts};

use crate::{
    domain::{Error, SessionId, UserId},
    http::{ApiError, Authenticator},
};

/// The signed-in user who calls. A handler that takes one serves nobody else: 401 for everyone without a good access
/// token (RFC 6750) of a session that still lives.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// The sign-in.
    pub session_id: SessionId,
}

/// The administrator who calls: 403 for everyone else who is signed in. The role is read from the table at each call.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    /// The account.
    pub id: UserId,
    /// The sign-in.
    pub session_id: SessionId,
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Authenticator::from_ref(state).caller(bearer_token(parts)?).await?;
        Ok(Self { id: caller.id, session_id: caller.session_id })
    }
}

impl<S> FromRequestParts<S> for Admin
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let caller = Authenticator::from_ref(state).admin(bearer_token(parts)?).await?;
        Ok(Self { id: caller.id, session_id: caller.session_id })
    }
}

fn bearer_token(parts: &Parts) -> Result<&str, Error> {
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    let header = headers.next().ok_or(Error::Unauthenticated("no token"))?;
    if headers.next().is_some() {
        return Err(Error::Unauthenticated("more than one Authorization header"));
    }
    let malformed = Error::Unauthenticated("malformed Authorization header");
    match header.to_str().ok().and_then(|text| text.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Ok(token.trim_start_matches(' ')),
        _ => Err(malformed),
    }
}
