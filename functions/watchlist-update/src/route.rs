//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `PATCH /v1/watchlists/items/{item_id}`
pub const ROUTE: Route = Route {
    function: "watchlist-update",
    method: Method::PATCH,
    path: "/v1/watchlists/items/{item_id}",
    caller: Caller::User,
    limit: Some(Group::WatchlistsWrite),
};
