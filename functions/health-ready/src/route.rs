//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::http::route::{Caller, Route};

/// `GET /v1/health/ready`
pub const ROUTE: Route = Route {
    function: "health-ready",
    method: Method::GET,
    path: "/v1/health/ready",
    caller: Caller::Anyone,
    limit: None,
};
