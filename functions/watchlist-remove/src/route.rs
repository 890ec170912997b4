//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::{
    http::route::{Caller, Route},
    rate_limit::Group,
};

/// `DELETE /v1/watchlists/items/{item_id}`
pub const ROUTE: Route = Route {
    function: "watchlist-remove",
    method: Method::DELETE,
    path: "/v1/watchlists/items/{item_id}",
    caller: Caller::User,
    limit: Some(Group::WatchlistsWrite),
};
