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
use shared::http::{ApiError, HttpSettings, routes, stack};

shared::dependencies! {
    /// Nothing but the HTTP layer.
    pub struct Fallback { http: HttpSettings }
}

/// The function's router.
pub fn router(state: Fallback) -> Router {
    stack::fallback(no_route, state)
}

async fn no_route(method: Method, uri: Uri) -> Result<Redirect, ApiError> {
    let methods = routes::methods_for(uri.path());
    if methods.is_empty() {
        return Err(ApiError::route_not_found());
    }
    match uri.path().strip_suffix('/').filter(|path| !path.is_empty()) {
        Some(path) if methods.contains(&method) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Ok(Redirect::permanent(&format!("{path}{query}")))
        }
        // No gateway sends this here, neither `/` nor a path such as `/v1/x/../health`, which may look like it.
        _ if methods.contains(&method) => Err(ApiError::route_not_found()),
        _ => Err(ApiError::method_not_allowed(methods)),
    }
}
