//! The router of a function, and the middleware around its handler, from the outermost layer to the
//! innermost:
//!
//! 1. [`request_id`](super::middleware::request_id): adds `X-Request-ID` to every response.
//! 2. [`access_log`](super::middleware::access_log): logs one line per request.
//! 3. [`security_headers`](super::middleware::security_headers): adds them to every response,
//!    errors included.
//! 4. [`edge`](super::middleware::edge): rejects requests that bypass CloudFront.
//! 5. CORS: responds to preflight requests, which no inner layer sees.
//! 6. [`rate_limit`](super::middleware::rate_limit): writes the rate limit headers.
//! 7. [`problem`](super::middleware::problem): serializes the errors of the inner layers.
//! 8. [`panic`](super::middleware::panic): turns a panic in the handler into an error.
//! 9. [`deadline`](super::middleware::deadline): cancels a handler that takes too long.

use std::time::Duration;

use axum::{
    Router,
    extract::{FromRef, Request},
    handler::Handler,
    middleware::from_fn,
    routing::{MethodRouter, on_service},
};
use http::{Method, header};
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, cors::CorsLayer};

use super::{
    ApiError, HttpSettings,
    extract::{IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED},
    middleware as layers,
    route::Route,
    watchlist_page::X_CACHE,
};
use crate::rate_limit::Group;

/// API Gateway's name of the route for requests that match no other route.
const DEFAULT_ROUTE: &str = "$default";

/// Returns the router of a function with one route.
pub fn route<H, T, S>(route: &Route, handler: H, state: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    HttpSettings: FromRef<S>,
{
    route_with_deadline(route, layers::deadline::DEFAULT, handler, state)
}

/// Returns the router of a function with two methods of one path, such as `PUT` and `PATCH`.
pub fn route_methods<G, T, H, U, S>(
    first: &Route,
    first_handler: G,
    second: &Route,
    second_handler: H,
    state: S,
) -> Router
where
    G: Handler<T, S>,
    T: 'static,
    H: Handler<U, S>,
    U: 'static,
    S: Clone + Send + Sync + 'static,
    HttpSettings: FromRef<S>,
{
    let http = HttpSettings::from_ref(&state);
    let methods =
        method_router(first, first_handler, state.clone()).merge(method_router(second, second_handler, state));
    build(&[first, second], layers::deadline::DEFAULT, vec![(first.path, methods)], http)
}

/// Returns the router of a function with several paths and one handler, which distinguishes the
/// paths.
pub fn route_paths<H, T, S>(routes: &[&Route], handler: H, state: S) -> Router
where
    H: Handler<T, S> + Copy,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    HttpSettings: FromRef<S>,
{
    let http = HttpSettings::from_ref(&state);
    let paths = routes.iter().map(|route| (route.path, method_router(route, handler, state.clone())));
    build(routes, layers::deadline::DEFAULT, paths.collect(), http)
}

/// Returns the router of a function with one route and a longer deadline than most, such as one
/// that deletes thousands of items.
///
/// The deadline must be shorter than the function's timeout in `template.yaml` and than API
/// Gateway's 30 seconds.
pub fn route_with_deadline<H, T, S>(route: &Route, deadline: Duration, handler: H, state: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    HttpSettings: FromRef<S>,
{
    let http = HttpSettings::from_ref(&state);
    build(&[route], deadline, vec![(route.path, method_router(route, handler, state))], http)
}

/// The handler gets its state here, so that everything around it is compiled once, in this crate.
fn method_router<H, T, S>(route: &Route, handler: H, state: S) -> MethodRouter
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    on_service(layers::method_filter(&route.method), handler.with_state(state))
}

/// The routes have the same rate limit group, and their paths the same methods.
fn build(
    routes: &[&Route],
    deadline: Duration,
    paths: Vec<(&'static str, MethodRouter)>,
    http: HttpSettings,
) -> Router {
    let mut allowed_methods: Vec<Method> = routes.iter().map(|route| route.method.clone()).collect();
    // `web` has one method at all of its paths.
    allowed_methods.dedup();
    let mut app = Router::new();
    for (path, handle) in paths {
        if !path.ends_with('/') {
            app = app.route(&format!("{path}/"), handle.clone());
        }
        app = app.route(path, handle);
    }
    let app = app
        .method_not_allowed_fallback(move || async { ApiError::method_not_allowed(allowed_methods) })
        .fallback(|| async { ApiError::route_not_found() });
    let patterns = routes.iter().map(|route| route.path).collect();
    layered(app, http, LayerOptions { patterns, group: routes[0].limit, deadline })
}

/// Returns the router of the function that handles all requests that match no route.
pub fn fallback<H, T, S>(handler: H, state: S) -> Router
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
    HttpSettings: FromRef<S>,
{
    let http = HttpSettings::from_ref(&state);
    let router = Router::new().fallback_service(handler.with_state(state));
    let options = LayerOptions { patterns: vec![DEFAULT_ROUTE], group: None, deadline: layers::deadline::DEFAULT };
    layered(router, http, options)
}

/// The options of the middleware that differ between functions.
struct LayerOptions {
    /// The patterns of the function's routes, for the access log.
    patterns: Vec<&'static str>,
    /// The rate limit group; `None` for no rate limit.
    group: Option<Group>,
    /// The deadline of the handler.
    deadline: Duration,
}

/// Adds the middleware. The layer that is added last sees a request first, so this reads from the
/// bottom up.
fn layered(router: Router, http: HttpSettings, LayerOptions { patterns, group, deadline }: LayerOptions) -> Router {
    let log = layers::access_log::AccessLog::new(patterns);
    let router = router
        .layer(from_fn(move |request, next| layers::deadline::deadline(deadline, request, next)))
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

/// Adds the CORS layer for all requests but an `OPTIONS` request that is not a preflight
/// (<https://fetch.spec.whatwg.org/#cors-preflight-request>). Such a request is routed as any
/// other, while tower-http's layer would respond to it.
fn with_cors(http: &HttpSettings, router: Router) -> Router {
    let (without_cors, with_cors) = (router.clone(), router.layer(cors(http)));
    Router::new().fallback(move |request: Request| {
        let is_preflight = request.headers().contains_key(header::ORIGIN)
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let bypasses_cors = request.method() == Method::OPTIONS && !is_preflight;
        let router = if bypasses_cors { &without_cors } else { &with_cors };
        router.clone().oneshot(request)
    })
}

/// Credentials (cookies) are not allowed: clients on other origins use bearer tokens, which
/// browsers do not send on their own.
fn cors(http: &HttpSettings) -> CorsLayer {
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
        // Explicit, so that shared caches get the same `Vary` whether the lists above are constant or
        // mirror the request.
        .vary([
            header::ORIGIN,
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_REQUEST_HEADERS,
        ])
        .max_age(MAX_AGE)
}
