//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `DELETE /v1/customers/{customer_id}`
pub const ROUTE: Route = Route {
    function: "customers-delete",
    method: Method::DELETE,
    path: "/v1/customers/{customer_id}",
    caller: Caller::User,
    limit: Some(Group::CustomersWrite),
};
