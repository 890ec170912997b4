//! Writes the rate limit headers of every response to a counted request, whatever its status:
//! `X-RateLimit-*`, those of the IETF draft
//! (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>), and `Retry-After`
//! for a 429.
//!
//! The extractors count, because the quota belongs to a user or an IP address:
//! [`CurrentUser`](crate::http::extract::CurrentUser), `Admin`, `UserOrAdmin` and
//! `CachedPageRequest` count by user, [`RateLimitedByIp`](crate::http::extract::RateLimitedByIp) by
//! source IP address. A request without a valid access token to a route that counts by user is not
//! counted, so its response has none of the headers.
//!
//! This layer is outside [`problem`](super::problem), so that error responses get the headers, too.

use std::sync::{Arc, OnceLock};

use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::rate_limit::{Budget, Group};

pub(crate) const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
pub(crate) const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
pub(crate) const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
pub(crate) const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub(crate) const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The request's quota group and, once an extractor has counted the request, the remaining budget.
/// It is in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct RequestCounter {
    pub(crate) group: Group,
    budget: Arc<OnceLock<Budget>>,
}

impl RequestCounter {
    pub(crate) fn record(&self, budget: Budget) {
        // An extractor that runs a second time does not replace the first result.
        let _already_counted = self.budget.set(budget);
    }
}

pub(crate) async fn rate_limit<F>(
    group: Option<Group>,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let Some(group) = group else { return next(request).await };
    let counter = RequestCounter { group, budget: Arc::default() };
    request.extensions_mut().insert(counter.clone());
    let mut response = next(request).await;
    if let Some(budget) = counter.budget.get() {
        write_headers(budget, response.headers_mut());
    }
    response
}

fn write_headers(budget: &Budget, headers: &mut HeaderMap) {
    let (name, limit) = (budget.quota.group().as_str(), budget.quota.limit());
    let (period, remaining, seconds) = (budget.quota.period_seconds(), budget.remaining, budget.seconds_to_reset());
    headers.insert(X_RATELIMIT_LIMIT, limit.into());
    headers.insert(X_RATELIMIT_REMAINING, remaining.into());
    headers.insert(X_RATELIMIT_RESET, budget.reset().into());
    let structured = |text: String| HeaderValue::try_from(text).ok();
    let policy = structured(format!("\"{name}\";q={limit};w={period}"));
    headers.extend(policy.map(|policy| (RATELIMIT_POLICY, policy)));
    let left = structured(format!("\"{name}\";r={remaining};t={seconds}"));
    headers.extend(left.map(|left| (RATELIMIT, left)));
    if !budget.allowed {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}
