//! Writes one JSON line for every request: which route, how it ended, how long it took, and for errors why. CloudWatch
//! counts in these lines (`infra/requests.yaml`), so two more fields are there where they say something: that the instance
//! is new, and whether a kept page was served.
//!
//! The route's pattern is logged, never the path, the query, a header or a body: those hold ids, cursors, addresses and
//! secrets. `docs/LOGGING.md` lists the fields.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use axum::{extract::Request, middleware::Next, response::Response};

use super::request_id::RequestId;
use crate::http::{ApiError, routes, watchlist_page::X_CACHE};

/// What the lines of one router share.
#[derive(Debug, Clone)]
pub(crate) struct AccessLog {
    patterns: Arc<[&'static str]>,
    /// Whether no request was seen yet. Lambda makes one router in each execution environment.
    is_new: Arc<AtomicBool>,
}

impl AccessLog {
    /// For a router that serves these routes.
    pub(crate) fn new(patterns: Vec<&'static str>) -> Self {
        Self { patterns: patterns.into(), is_new: Arc::new(AtomicBool::new(true)) }
    }
}

pub(crate) async fn access_log(log: AccessLog, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let cold = log.is_new.swap(false, Ordering::Relaxed).then_some(true);
    let method = request.method().clone();
    // What a function serves it logs as such, even where it says that there is nothing: its first pattern stands for all.
    let asked = log.patterns.iter().find(|pattern| routes::matches(pattern, request.uri().path()));
    let route = asked.or(log.patterns.first()).copied().unwrap_or_default();
    let request_id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;

    let request_id = request_id.as_ref().map_or("", RequestId::as_str);
    let method = known(&method);
    let status = response.status().as_u16();
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error = response.extensions().get::<ApiError>();
    let code = error.map(|error| error.code.as_str());
    let detail = error.and_then(ApiError::log_detail);
    let cache = response.headers().get(X_CACHE).and_then(|served| served.to_str().ok()).map(str::to_ascii_lowercase);
    let cache = cache.as_deref();
    if status >= 500 {
        tracing::error!(request_id, method, route, status, ms, cold, cache, code, detail, "request");
    } else {
        tracing::info!(request_id, method, route, status, ms, cold, cache, code, detail, "request");
    }
    response
}

/// A method is the caller's to write: an invented one is not logged as such.
fn known(method: &http::Method) -> &str {
    match method.as_str() {
        name @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => name,
        _ => "other",
    }
}
