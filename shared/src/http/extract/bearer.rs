use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use http::{header, request::Parts};

use super::request_source::request_source;
use crate::{
    audit::Audit,
    auth::AccessToken,
    cache::{PageKey, PageLookup},
    domain::{AuditAction, Error, Role, SessionId, UserId},
    http::{ApiError, Authenticator, middleware::rate_limit::RequestCounter},
    rate_limit::Group,
    services::customers::Caller,
};

/// The signed-in user.
///
/// Rejects with 401 unless the request has a valid access token (RFC 6750) of an active session,
/// and with 429 when the user's rate limit is exceeded.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// The session.
    pub session_id: SessionId,
}

/// The signed-in administrator.
///
/// Rejects as [`CurrentUser`] does, and with 403 for any other signed-in user, which is audited.
/// The role is read from the table for every request.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    /// The account.
    pub id: UserId,
    /// The session.
    pub session_id: SessionId,
}

/// The signed-in user of a route on which administrators may read the data of all accounts, and
/// whether the user is an administrator.
///
/// Rejects as [`CurrentUser`] does. The role is read from the table only when the token has the
/// role `admin`, so that a user's request costs no additional read.
#[derive(Debug, Clone, Copy)]
pub struct UserOrAdmin(pub Caller);

impl<S> FromRequestParts<S> for UserOrAdmin
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let authenticator = Authenticator::from_ref(state);
        let token = authenticator.verify(bearer_token(parts)?)?;
        let (caller, _no_page) = admit(parts, &authenticator, &token, None).await?;
        let is_admin = match token.role {
            Role::User => false,
            Role::Admin => match authenticator.require_admin(caller.id).await {
                Ok(()) => true,
                Err(Error::Forbidden) => false,
                Err(error) => return Err(error.into()),
            },
        };
        Ok(Self(Caller { id: caller.id, is_admin }))
    }
}

impl<S> FromRequestParts<S> for CurrentUser
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let authenticator = Authenticator::from_ref(state);
        let token = authenticator.verify(bearer_token(parts)?)?;
        let (caller, _no_page) = admit(parts, &authenticator, &token, None).await?;
        Ok(caller)
    }
}

impl<S> FromRequestParts<S> for Admin
where
    Audit: FromRef<S>,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let CurrentUser { id, session_id } = CurrentUser::from_request_parts(parts, state).await?;
        match Authenticator::from_ref(state).require_admin(id).await {
            Err(Error::Forbidden) => {
                let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
                Audit::from_ref(state).record_now(AuditAction::admin_denied(id, route), &request_source(parts)).await?;
                Err(Error::Forbidden.into())
            }
            outcome => Ok(outcome.map(|()| Self { id, session_id })?),
        }
    }
}

/// Counts the request against the rate limit, checks that the token's session is active, and looks
/// up a cached page.
pub(super) async fn admit(
    parts: &Parts,
    authenticator: &Authenticator,
    token: &AccessToken,
    page: Option<&PageKey>,
) -> Result<(CurrentUser, PageLookup), ApiError> {
    let counter = parts.extensions.get::<RequestCounter>();
    let admitted = authenticator.admit(counter.map_or(Group::Account, |counter| counter.group), token, page).await;
    if let Some((counter, budget)) = counter.zip(admitted.budget) {
        counter.record(budget);
    }
    let caller = CurrentUser { id: token.user_id, session_id: token.session_id };
    Ok((caller, admitted.outcome?))
}

pub(super) fn bearer_token(parts: &Parts) -> Result<&str, Error> {
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
