use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use http::{header, request::Parts};

use super::origin::origin;
use crate::{
    audit::Audit,
    auth::AccessToken,
    cache::{Kept, PageKey},
    domain::{Act, Error, Role, SessionId, UserId},
    http::{ApiError, Authenticator, middleware::rate_limit::Counted},
    rate_limit::Group,
    services::customers::Reader,
};

/// The signed-in user who calls. A handler that takes one serves nobody else: 401 for everyone without a good access
/// token (RFC 6750) of a session that still lives; 429 for who calls too often.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser {
    /// The account.
    pub id: UserId,
    /// The sign-in.
    pub session_id: SessionId,
}

/// The administrator who calls: 403 for everyone else who is signed in, which goes to the audit trail. The role is read from
/// the table at each call.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    /// The account.
    pub id: UserId,
    /// The sign-in.
    pub session_id: SessionId,
}

/// The signed-in user who looks at something that administrators may see too, and whether an administrator it is. Only when the
/// token says so is the table asked whether it still is: everybody else is spared the question.
#[derive(Debug, Clone, Copy)]
pub struct Viewer(pub Reader);

impl<S> FromRequestParts<S> for Viewer
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
        Ok(Self(Reader { id: caller.id, is_admin }))
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
                Audit::from_ref(state).note(Act::admin_denied(id, route), &origin(parts)).await?;
                Err(Error::Forbidden.into())
            }
            outcome => Ok(outcome.map(|()| Self { id, session_id })?),
        }
    }
}

/// Counts the request and sees whether the token's session lives; brings along what Redis keeps of a page.
pub(super) async fn admit(
    parts: &Parts,
    authenticator: &Authenticator,
    token: &AccessToken,
    page: Option<&PageKey>,
) -> Result<(CurrentUser, Kept), ApiError> {
    let counted = parts.extensions.get::<Counted>();
    let admitted = authenticator.admit(counted.map_or(Group::Account, |counted| counted.group), token, page).await;
    if let Some((counted, budget)) = counted.zip(admitted.budget) {
        counted.note(budget);
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
