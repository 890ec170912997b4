use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::bearer::bearer_token;
use crate::{
    auth::Verifier,
    domain::Error,
    http::{ApiError, SourceIp, middleware::rate_limit::RequestCounter},
    rate_limit::Subject,
    services::admission::Limiter,
};

/// Counts the request by source IP address before any other work. Rejects with 429 when the rate
/// limit is exceeded.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitedByIp;

/// Counts the request by user when it has a valid access token, and otherwise by source IP address.
/// An invalid token is not an error. Rejects with 429 when the rate limit is exceeded.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitedByUserOrIp;

impl<S> FromRequestParts<S> for RateLimitedByIp
where
    Limiter: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        count(parts, &Limiter::from_ref(state), source_ip(parts)).await?;
        Ok(Self)
    }
}

impl<S> FromRequestParts<S> for RateLimitedByUserOrIp
where
    Limiter: FromRef<S>,
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = bearer_token(parts).and_then(|token| Verifier::from_ref(state).verify(token));
        let subject = token.map_or_else(|_| source_ip(parts), |token| Subject::user(token.user_id));
        count(parts, &Limiter::from_ref(state), subject).await?;
        Ok(Self)
    }
}

fn source_ip(parts: &Parts) -> Subject {
    Subject::source_ip(parts.extensions.get::<SourceIp>().map(|source| source.0))
}

async fn count(parts: &Parts, limiter: &Limiter, subject: Subject) -> Result<(), Error> {
    // A route without a group is not limited; tests/rate_limits.rs checks every route.
    let Some(counter) = parts.extensions.get::<RequestCounter>() else { return Ok(()) };
    let budget = limiter.count(counter.group, subject).await;
    counter.record(budget);
    budget.check()
}
