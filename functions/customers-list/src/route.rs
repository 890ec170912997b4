//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/customers`
pub const ROUTE: Route = Route {
    function: "customers-list",
    method: Method::GET,
    path: "/v1/customers",
    caller: Caller::User,
    limit: Some(Group::CustomersRead),
};
