use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::{
    CurrentUser, FromFields, KnownParameters, Query,
    bearer::{admit, bearer_token},
};
use crate::{
    cache::{Kept, PageKey},
    domain::UserId,
    http::{ApiError, Authenticator},
};

/// The signed-in user, which page of the own list is asked for, and what Redis keeps of it: all in the one round trip that
/// [`CurrentUser`] takes.
#[derive(Debug)]
pub struct OwnPage<Q> {
    /// Who asks.
    pub caller: CurrentUser,
    /// For what.
    pub query: Q,
    /// Under which key the page is kept.
    pub key: PageKey,
    /// What is kept.
    pub kept: Kept,
}

/// A query that stands for one page.
pub trait PageQuery {
    /// All that decides what is on the page of this owner's list, in one spelling.
    fn canonical(&self, owner: UserId) -> String;
}

impl<Q, S> FromRequestParts<S> for OwnPage<Q>
where
    Q: PageQuery + FromFields + KnownParameters + Send,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let authenticator = Authenticator::from_ref(state);
        let token = authenticator.verify(bearer_token(parts)?)?;
        // Read first, because it decides what to ask Redis for; a fault in it is told only to who gets in.
        let asked = Query::<Q>::from_request_parts(parts, state).await.map(|Query(query)| {
            let key = PageKey::new(token.user_id, &query.canonical(token.user_id));
            (query, key)
        });
        let (caller, kept) = admit(parts, &authenticator, &token, asked.as_ref().ok().map(|(_, key)| key)).await?;
        let (query, key) = asked?;
        Ok(Self { caller, query, key, kept })
    }
}
