//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `POST /v1/auth/register`
pub const ROUTE: Route = Route {
    function: "auth-register",
    method: Method::POST,
    path: "/v1/auth/register",
    caller: Caller::Anyone,
    limit: Some(Group::Register),
};
