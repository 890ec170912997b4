//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `POST /v1/customers/{customer_id}/favorites/refresh`
pub const ROUTE: Route = Route {
    function: "favorites-refresh",
    method: Method::POST,
    path: "/v1/customers/{customer_id}/favorites/refresh",
    caller: Caller::User,
    limit: Some(Group::CustomersWrite),
};
