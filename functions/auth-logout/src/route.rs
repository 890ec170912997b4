//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `POST /v1/auth/logout`
pub const ROUTE: Route = Route {
    function: "auth-logout",
    method: Method::POST,
    path: "/v1/auth/logout",
    caller: Caller::User,
    limit: Some(Group::Account),
};
