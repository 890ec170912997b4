//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `GET /v1/watchlists`
pub const ROUTE: Route = Route {
    function: "watchlist-list",
    method: Method::GET,
    path: "/v1/watchlists",
    caller: Caller::User,
    limit: Some(Group::WatchlistsList),
};
