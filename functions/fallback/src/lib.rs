//! API Gateway's `$default` route — whatever no other route matches.
//!
//! Who: anyone. 405 with `Allow` where the path exists with other methods, 404 otherwise. A path with a slash at its end
//! is the same route as without, but an HTTP API cannot have a route for it: 308 to the path without
//! (docs/adr/0002-trailing-slash.md). Preflights (`OPTIONS` from a browser) arrive here too and are answered by the CORS
//! layer, before the handler.

use axum::{
    Router,
    http::{Method, Uri},
    response::Redirect,
};
use shared::http::{ApiError, Http, routes, stack};

shared::holds! {
    /// Nothing but the HTTP layer.
    pub struct Fallback { http: Http }
}

/// The function's router.
pub fn router(parts: Fallback) -> Router {
    stack::fallback(no_route, parts)
}

async fn no_route(method: Method, uri: Uri) -> Result<Redirect, ApiError> {
    let methods = routes::methods_for(uri.path());
    if methods.is_empty() {
        return Err(ApiError::no_such_route());
    }
    match uri.path().strip_suffix('/').filter(|path| !path.is_empty()) {
        Some(path) if methods.contains(&method) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Ok(Redirect::permanent(&format!("{path}{query}")))
        }
        // No gateway sends this here, neither `/` nor a path such as `/v1/x/../health`, which may look like it.
        _ if methods.contains(&method) => Err(ApiError::no_such_route()),
        _ => Err(ApiError::method_not_allowed(methods)),
    }
}
