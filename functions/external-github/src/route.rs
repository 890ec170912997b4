//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/external/github`
pub const ROUTE: Route = Route {
    function: "external-github",
    method: Method::GET,
    path: "/v1/external/github",
    caller: Caller::Anyone,
    limit: Some(Group::External),
};
