//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/auth/sessions`
pub const ROUTE: Route = Route {
    function: "auth-sessions",
    method: Method::GET,
    path: "/v1/auth/sessions",
    caller: Caller::User,
    limit: Some(Group::Account),
};
