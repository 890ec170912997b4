//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `POST /v1/watchlists/items`
pub const ROUTE: Route = Route {
    function: "watchlist-add",
    method: Method::POST,
    path: "/v1/watchlists/items",
    caller: Caller::User,
    limit: Some(Group::WatchlistsWrite),
};
