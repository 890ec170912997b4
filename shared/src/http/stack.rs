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

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, Request},
    handler::Handler,
    response::Response,
    routing::{MethodRouter, on_service},
};
use http::{Method, header};
use tower::ServiceExt;
use tower_http::cors::CorsLayer;

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

/// Everything around the handlers. All requests share it.
struct Outer {
    http: HttpSettings,
    log: layers::access_log::AccessLog,
    inner: Arc<Inner>,
    /// `inner` with the CORS layer.
    with_cors: Router,
}

/// Everything inside the CORS layer.
struct Inner {
    group: Option<Group>,
    deadline: Duration,
    routes: Router,
}

/// Adds the middleware.
///
/// Each layer is an async function that calls the next one, and not a layer of `Router`, which
/// would copy all layers below it for every request.
fn layered(routes: Router, http: HttpSettings, LayerOptions { patterns, group, deadline }: LayerOptions) -> Router {
    let inner = Arc::new(Inner { group, deadline, routes });
    let with_cors = {
        let inner = inner.clone();
        Router::new().fallback(move |request: Request| run_inner(inner.clone(), request)).layer(cors(&http))
    };
    let outer = Arc::new(Outer { log: layers::access_log::AccessLog::new(patterns), http, inner, with_cors });
    Router::new().fallback(move |request: Request| run_outer(outer.clone(), request))
}

/// The layers from the request id to CORS. The last line runs first.
async fn run_outer(outer: Arc<Outer>, request: Request) -> Response {
    let next = |request| run_with_cors(&outer, request);
    let next = |request| layers::edge::edge(&outer.http.edge, request, next);
    let next = |request| layers::security_headers::security_headers(request, next);
    let next = |request| layers::access_log::access_log(&outer.log, request, next);
    layers::request_id::request_id(&outer.http, request, next).await
}

/// The layers from the rate limit to the handler. The last line runs first.
async fn run_inner(inner: Arc<Inner>, request: Request) -> Response {
    let next = |request| run_router(&inner.routes, request);
    let next = |request| layers::deadline::deadline(inner.deadline, request, next);
    let next = |request| layers::panic::panic(request, next);
    let next = |request| layers::problem::problem(request, next);
    layers::rate_limit::rate_limit(inner.group, request, next).await
}

/// The CORS layer for all requests but an `OPTIONS` request that is not a preflight
/// (<https://fetch.spec.whatwg.org/#cors-preflight-request>). Such a request is routed as any
/// other, while tower-http's layer would respond to it.
async fn run_with_cors(outer: &Outer, request: Request) -> Response {
    let is_preflight = request.headers().contains_key(header::ORIGIN)
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() == Method::OPTIONS && !is_preflight {
        return run_inner(outer.inner.clone(), request).await;
    }
    run_router(&outer.with_cors, request).await
}

async fn run_router(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
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
