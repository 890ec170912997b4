//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `DELETE /v1/admin/users/{user_id}`
pub const ROUTE: Route = Route {
    function: "admin-user-delete",
    method: Method::DELETE,
    path: "/v1/admin/users/{user_id}",
    caller: Caller::Admin,
    limit: Some(Group::Admin),
};
