use axum::extract::{FromRef, FromRequestParts};
use http::{header, request::Parts};

use crate::{
    auth::Verifier,
    domain::{Error, SessionId, UserId},
    http::ApiError,
};

/// The signed-in user who calls. A handler that takes one serves nobody else: 401 for everyone without a good access
/// token (RFC 6750).
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// The sign-in.
    pub session_id: SessionId,
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = Verifier::from_ref(state).verify(bearer_token(parts)?)?;
        Ok(Self { id: token.user_id, session_id: token.session_id })
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
