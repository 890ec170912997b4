//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `POST /v1/auth/login`
pub const ROUTE: Route = Route {
    function: "auth-login",
    method: Method::POST,
    path: "/v1/auth/login",
    caller: Caller::Anyone,
    limit: Some(Group::Login),
};
