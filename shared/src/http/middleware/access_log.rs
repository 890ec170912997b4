//! Logs one JSON line per request: the route, the status, the duration and, for an error, its
//! cause. CloudWatch metric filters count these lines (`infra/requests.yaml`). Two optional fields
//! are for them: `cold`, for the first request of an instance, and `cache`, for a list that may
//! come from Redis.
//!
//! The line has the route's pattern, and never the path, the query string, a header or a body,
//! because those contain ids, cursors, e-mail addresses and secrets. `docs/LOGGING.md` lists the
//! fields.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use axum::{extract::Request, response::Response};

use super::request_id::RequestId;
use crate::http::{ApiError, route::matches, watchlist_page::X_CACHE};

/// The state that the requests of one router share.
#[derive(Debug)]
pub(crate) struct AccessLog {
    patterns: Vec<&'static str>,
    /// Whether no request has been handled yet. Lambda creates one router per execution
    /// environment.
    is_new: AtomicBool,
}

impl AccessLog {
    /// Creates the access log of a router that serves these route patterns.
    pub(crate) const fn new(patterns: Vec<&'static str>) -> Self {
        Self { patterns, is_new: AtomicBool::new(true) }
    }
}

pub(crate) async fn access_log<F>(log: &AccessLog, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let started = Instant::now();
    let cold = log.is_new.swap(false, Ordering::Relaxed).then_some(true);
    let method = request.method().clone();
    // A path that matches no pattern is logged as the function's first route.
    let matched = log.patterns.iter().find(|pattern| matches(pattern, request.uri().path()));
    let route = matched.or(log.patterns.first()).copied().unwrap_or_default();
    let request_id = request.extensions().get::<RequestId>().cloned();
    let response = next(request).await;

    let request_id = request_id.as_ref().map_or("", RequestId::as_str);
    let method = method_name(&method);
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error = response.extensions().get::<ApiError>();
    let code = error.map(|error| error.code.as_str());
    let detail = error.and_then(ApiError::log_detail);
    let cache = response.headers().get(X_CACHE).and_then(|cache| cache.to_str().ok()).map(str::to_ascii_lowercase);
    let cache = cache.as_deref();
    if status >= 500 {
        tracing::error!(request_id, method, route, status, ms, cold, cache, code, detail, "request");
    } else {
        tracing::info!(request_id, method, route, status, ms, cold, cache, code, detail, "request");
    }
    response
}

/// Returns the method's name, or `other` for a method that the client made up.
fn method_name(method: &http::Method) -> &str {
    match method.as_str() {
        name @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => name,
        _ => "other",
    }
}
