//! API Gateway's `$default` route: all requests that match no other route.
//!
//! Caller: anyone. 405 with `Allow` when the path supports other methods; 404 otherwise. A path
//! with a trailing slash is redirected with 308 to the path without, because an HTTP API cannot
//! have a route for it (docs/adr/0002-trailing-slash.md). CORS preflights arrive here, too; the
//! CORS layer responds to them.

pub mod routes;

use axum::{
    Router,
    http::{Method, Uri},
    response::Redirect,
};
use shared::http::{ApiError, HttpSettings, route, stack};

use crate::routes::ROUTES;

shared::dependencies! {
    /// The dependencies of the `$default` route.
    pub struct Fallback { http: HttpSettings }
}

/// The function's router.
pub fn router(state: Fallback) -> Router {
    stack::fallback(no_route, state)
}

async fn no_route(method: Method, uri: Uri) -> Result<Redirect, ApiError> {
    let methods = methods_for(uri.path());
    if methods.is_empty() {
        return Err(ApiError::route_not_found());
    }
    match uri.path().strip_suffix('/').filter(|path| !path.is_empty()) {
        Some(path) if methods.contains(&method) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Ok(Redirect::permanent(&format!("{path}{query}")))
        }
        // API Gateway sends no such request here. A path such as `/v1/x/../health` may look like
        // one.
        _ if methods.contains(&method) => Err(ApiError::route_not_found()),
        _ => Err(ApiError::method_not_allowed(methods)),
    }
}

/// Returns the methods that a path supports, for the `Allow` header of a 405. Empty when no route
/// has the path.
fn methods_for(path: &str) -> Vec<Method> {
    ROUTES.iter().filter(|(_, pattern)| route::matches(pattern, path)).map(|(method, _)| method.clone()).collect()
}
