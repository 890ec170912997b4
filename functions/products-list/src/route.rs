//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/products`
pub const ROUTE: Route = Route {
    function: "products-list",
    method: Method::GET,
    path: "/v1/products",
    caller: Caller::User,
    limit: Some(Group::Products),
};
