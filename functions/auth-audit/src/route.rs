//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/auth/audit`
pub const ROUTE: Route = Route {
    function: "auth-audit",
    method: Method::GET,
    path: "/v1/auth/audit",
    caller: Caller::User,
    limit: Some(Group::Account),
};
