//! What stands around every handler, from the outside in:
//!
//! 1. [`request_id`](super::middleware::request_id): every answer carries an `X-Request-ID`.
//! 2. [`access_log`](super::middleware::access_log): one line for every request, whatever happened further in.
//! 3. [`security_headers`](super::middleware::security_headers): on every answer, errors included.
//! 4. [`edge`](super::middleware::edge): behind CloudFront, refuses what did not come through it.
//! 5. CORS: answers preflights, so nothing further in sees them.
//! 6. [`rate_limit`](super::middleware::rate_limit): says what is left of the caller's quota.
//! 7. [`problem`](super::middleware::problem): writes out the errors of everything further in.
//! 8. panics: a panic in a handler becomes an error like any other.
//! 9. [`deadline`](super::middleware::deadline): a handler answers or is given up.

use std::time::Duration;

use axum::{
    Router,
    extract::{FromRef, Request},
    handler::Handler,
    middleware::from_fn,
    routing::{MethodRouter, on},
};
use http::{Method, header};
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};

use super::{
    ApiError, Http,
    extract::{IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED},
    middleware as layers,
    routes::Route,
    watchlist_page::X_CACHE,
};
use crate::rate_limit::Group;

/// API Gateway's name for whatever no route matches.
const DEFAULT_ROUTE: &str = "$default";

/// The router of a function that serves one route.
pub fn route<H, T, S>(route: &Route, handler: H, parts: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    slow_route(route, layers::deadline::USUAL, handler, parts)
}

/// The router of a function that serves two methods of one path, such as `PUT` and `PATCH`.
pub fn two_routes<G, T, H, U, S>(first: (&Route, G), second: (&Route, H), parts: S) -> Router
where
    G: Handler<T, S>,
    T: 'static,
    H: Handler<U, S>,
    U: 'static,
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    let handle = method(first.0, first.1).merge(method(second.0, second.1));
    serve(&[first.0, second.0], layers::deadline::USUAL, [(first.0.path, handle)], parts)
}

/// The router of a function that serves pages: several paths, one handler, which looks at the path itself.
pub fn pages<H, T, S>(routes: &[&Route], handler: H, parts: S) -> Router
where
    H: Handler<T, S> + Copy,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    let paths = routes.iter().map(|route| (route.path, method(route, handler)));
    serve(routes, layers::deadline::USUAL, paths, parts)
}

/// The router of a function whose work may take longer than usual, such as deleting thousands of things. The limit must stay
/// below the function's timeout in `template.yaml` and below API Gateway's 30 seconds.
pub fn slow_route<H, T, S>(route: &Route, limit: Duration, handler: H, parts: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    serve(&[route], limit, [(route.path, method(route, handler))], parts)
}

fn method<H, T, S>(route: &Route, handler: H) -> MethodRouter<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    on(layers::method_filter(&route.method), handler)
}

/// The routes have one quota, and their paths the same methods.
fn serve<S>(
    served: &[&Route],
    limit: Duration,
    paths: impl IntoIterator<Item = (&'static str, MethodRouter<S>)>,
    parts: S,
) -> Router
where
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    let http = Http::from_ref(&parts);
    let mut allowed: Vec<Method> = served.iter().map(|route| route.method.clone()).collect();
    allowed.dedup();
    let mut router = Router::new();
    for (path, handle) in paths {
        if !path.ends_with('/') {
            router = router.route(&format!("{path}/"), handle.clone());
        }
        router = router.route(path, handle);
    }
    let router = router
        .method_not_allowed_fallback(move || async { ApiError::method_not_allowed(allowed) })
        .fallback(|| async { ApiError::no_such_route() })
        .with_state(parts);
    let patterns = served.iter().map(|route| route.path).collect();
    around(http, patterns, served[0].limit, limit, router)
}

/// The router of the function that serves whatever no route matches.
pub fn fallback<H, T, S>(handler: H, parts: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    Http: FromRef<S>,
{
    let http = Http::from_ref(&parts);
    let router = Router::new().fallback(handler).with_state(parts);
    around(http, vec![DEFAULT_ROUTE], None, layers::deadline::USUAL, router)
}

/// The last layer that is added is the first to see a request: read this from the bottom up.
fn around(http: Http, patterns: Vec<&'static str>, group: Option<Group>, limit: Duration, router: Router) -> Router {
    let log = layers::access_log::AccessLog::new(patterns);
    let router = router
        .layer(from_fn(move |request, next| layers::deadline::deadline(limit, request, next)))
        .layer(CatchPanicLayer::custom(layers::panic::to_error))
        .layer(from_fn(layers::problem::problem))
        .layer(from_fn(move |request, next| layers::rate_limit::rate_limit(group, request, next)));
    let edge = http.edge.clone();
    with_cors(&http, router)
        .layer(from_fn(move |request, next| layers::edge::edge(edge.clone(), request, next)))
        .layer(from_fn(layers::security_headers::security_headers))
        .layer(from_fn(move |request, next| layers::access_log::access_log(log.clone(), request, next)))
        .layer(from_fn(move |request, next| layers::request_id::request_id(http.clone(), request, next)))
}

/// Only what is a preflight (<https://fetch.spec.whatwg.org/#cors-preflight-request>) is answered as one: any other `OPTIONS`
/// is a method like all others.
fn with_cors(http: &Http, router: Router) -> Router {
    let (plain, crossed) = (router.clone(), router.layer(cors(http)));
    Router::new().fallback(move |request: Request| {
        let is_preflight = request.headers().contains_key(header::ORIGIN)
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let plain_options = request.method() == Method::OPTIONS && !is_preflight;
        if plain_options { plain.clone().oneshot(request) } else { crossed.clone().oneshot(request) }
    })
}

/// Bearer tokens are not sent by browsers on their own, so credentials (cookies) are never allowed.
fn cors(http: &Http) -> CorsLayer {
    const MAX_AGE: Duration = Duration::from_hours(1);
    CorsLayer::new()
        .allow_origin(http.cors.allowed_origins.clone())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            IDEMPOTENCY_KEY,
            layers::request_id::X_REQUEST_ID,
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            IDEMPOTENCY_REPLAYED,
            layers::rate_limit::RATELIMIT,
            layers::rate_limit::RATELIMIT_POLICY,
            layers::rate_limit::X_RATELIMIT_LIMIT,
            layers::rate_limit::X_RATELIMIT_REMAINING,
            layers::rate_limit::X_RATELIMIT_RESET,
            layers::request_id::X_REQUEST_ID,
            X_CACHE,
        ])
        .max_age(MAX_AGE)
}
