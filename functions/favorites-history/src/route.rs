//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/customers/{customer_id}/favorites/{product_id}/history`
pub const ROUTE: Route = Route {
    function: "favorites-history",
    method: Method::GET,
    path: "/v1/customers/{customer_id}/favorites/{product_id}/history",
    caller: Caller::User,
    limit: Some(Group::CustomersRead),
};
