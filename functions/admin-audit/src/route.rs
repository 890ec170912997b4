//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/admin/audit`
pub const ROUTE: Route = Route {
    function: "admin-audit",
    method: Method::GET,
    path: "/v1/admin/audit",
    caller: Caller::Admin,
    limit: Some(Group::Admin),
};
