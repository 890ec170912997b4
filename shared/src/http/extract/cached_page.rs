use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::{
    CurrentUser, FromFields, KnownParameters, Query,
    bearer::{admit, bearer_token},
};
use crate::{
    cache::{PageKey, PageLookup},
    domain::UserId,
    http::{ApiError, Authenticator},
};

/// A request for a page of the user's own list, with the cached page. The lookup shares the round
/// trip to Redis that [`CurrentUser`] makes.
#[derive(Debug)]
pub struct CachedPageRequest<Q> {
    /// The signed-in user.
    pub user: CurrentUser,
    /// The query string.
    pub query: Q,
    /// The cache key of the page.
    pub key: PageKey,
    /// The result of the lookup.
    pub cached: PageLookup,
}

/// A query that identifies one page.
pub trait PageQuery {
    /// Returns a canonical form of everything that decides the page's content, for the cache key.
    fn canonical(&self, owner: UserId) -> String;
}

impl<Q, S> FromRequestParts<S> for CachedPageRequest<Q>
where
    Q: PageQuery + FromFields + KnownParameters + Send,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let authenticator = Authenticator::from_ref(state);
        let token = authenticator.verify(bearer_token(parts)?)?;
        // Parsed first, because the lookup needs it. An error in the query is returned only after
        // the caller is authenticated.
        let parsed = Query::<Q>::from_request_parts(parts, state).await.map(|Query(query)| {
            let key = PageKey::new(token.user_id, &query.canonical(token.user_id));
            (query, key)
        });
        let (user, cached) = admit(parts, &authenticator, &token, parsed.as_ref().ok().map(|(_, key)| key)).await?;
        let (query, key) = parsed?;
        Ok(Self { user, query, key, cached })
    }
}
