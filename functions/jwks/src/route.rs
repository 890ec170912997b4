//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::http::route::{Caller, Route};

/// `GET /.well-known/jwks.json`
pub const ROUTE: Route = Route {
    function: "jwks",
    method: Method::GET,
    path: "/.well-known/jwks.json",
    caller: Caller::Anyone,
    limit: None,
};
