//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/admin/stats`
pub const ROUTE: Route = Route {
    function: "admin-stats",
    method: Method::GET,
    path: "/v1/admin/stats",
    caller: Caller::Admin,
    limit: Some(Group::Admin),
};
