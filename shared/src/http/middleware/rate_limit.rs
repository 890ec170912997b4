//! Tells clients what is left of their quota, on every answer to a request that was counted: refused or not, good or bad.
//!
//! The counting itself is an argument of the handler, which knows who calls: [`CurrentUser`](crate::http::extract::CurrentUser)
//! and its neighbours count by user, [`CountedBySource`](crate::http::extract::CountedBySource) by address. This layer tells
//! them the route's group and writes the headers: `X-RateLimit-*`, and those of the IETF draft
//! (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>). A request with no good credential to a
//! route that counts by user was counted for nobody, so its answer has none.
//!
//! Stands outside everything that makes an error of its own.

use std::sync::{Arc, OnceLock};

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::rate_limit::{Budget, Group};

pub(crate) const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
pub(crate) const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
pub(crate) const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
pub(crate) const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub(crate) const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The request's group, and what was left when it was counted.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    pub(crate) group: Group,
    budget: Arc<OnceLock<Budget>>,
}

impl Counted {
    pub(crate) fn note(&self, budget: Budget) {
        let _counted_once = self.budget.set(budget);
    }
}

pub(crate) async fn rate_limit(group: Option<Group>, mut request: Request, next: Next) -> Response {
    let Some(group) = group else { return next.run(request).await };
    let counted = Counted { group, budget: Arc::default() };
    request.extensions_mut().insert(counted.clone());
    let mut response = next.run(request).await;
    if let Some(budget) = counted.budget.get() {
        write(budget, response.headers_mut());
    }
    response
}

fn write(budget: &Budget, headers: &mut HeaderMap) {
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
    if !budget.passes {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}
