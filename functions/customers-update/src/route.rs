//! The routes of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `PUT /v1/customers/{customer_id}`
pub const REPLACE: Route = Route {
    function: "customers-update",
    method: Method::PUT,
    path: "/v1/customers/{customer_id}",
    caller: Caller::User,
    limit: Some(Group::CustomersWrite),
};

/// `PATCH /v1/customers/{customer_id}`
pub const UPDATE: Route = Route {
    function: "customers-update",
    method: Method::PATCH,
    path: "/v1/customers/{customer_id}",
    caller: Caller::User,
    limit: Some(Group::CustomersWrite),
};
