//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `PUT /v1/auth/password`
pub const ROUTE: Route = Route {
    function: "auth-password",
    method: Method::PUT,
    path: "/v1/auth/password",
    caller: Caller::User,
    limit: Some(Group::Password),
};
