use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::bearer::bearer_token;
use crate::{
    auth::Verifier,
    domain::Error,
    http::{ApiError, SourceIp, middleware::rate_limit::Counted},
    rate_limit::Subject,
    services::admission::Limiter,
};

/// A request that was counted by the address that it came from, before anything else was done for it; 429 for who calls too
/// often.
#[derive(Debug, Clone, Copy)]
pub struct CountedBySource;

/// Like [`CountedBySource`], but for who is signed in, who is counted by user wherever the request comes from. A bad token
/// is no fault here: it counts as none.
#[derive(Debug, Clone, Copy)]
pub struct CountedByCaller;

impl<S> FromRequestParts<S> for CountedBySource
where
    Limiter: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        count(parts, &Limiter::from_ref(state), source(parts)).await?;
        Ok(Self)
    }
}

impl<S> FromRequestParts<S> for CountedByCaller
where
    Limiter: FromRef<S>,
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = bearer_token(parts).and_then(|token| Verifier::from_ref(state).verify(token));
        let caller = token.map_or_else(|_| source(parts), |token| Subject::user(token.user_id));
        count(parts, &Limiter::from_ref(state), caller).await?;
        Ok(Self)
    }
}

fn source(parts: &Parts) -> Subject {
    Subject::source(parts.extensions.get::<SourceIp>().map(|source| source.0))
}

async fn count(parts: &Parts, limiter: &Limiter, subject: Subject) -> Result<(), Error> {
    // A route without a group counts nobody; tests/rate_limits.rs walks the list of routes.
    let Some(counted) = parts.extensions.get::<Counted>() else { return Ok(()) };
    let budget = limiter.count(counted.group, subject).await;
    counted.note(budget);
    budget.check()
}
