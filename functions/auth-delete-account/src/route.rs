//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `DELETE /v1/auth/me`
pub const ROUTE: Route = Route {
    function: "auth-delete-account",
    method: Method::DELETE,
    path: "/v1/auth/me",
    caller: Caller::User,
    limit: Some(Group::Password),
};
