//! The routes of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::http::route::{Caller, Route};

/// `GET /`
pub const CONSOLE: Route =
    Route { function: "web", method: Method::GET, path: "/", caller: Caller::Anyone, limit: None };

/// `GET /assets/{version}/{folder}/{file}`
pub const ASSET: Route = Route {
    function: "web",
    method: Method::GET,
    path: "/assets/{version}/{folder}/{file}",
    caller: Caller::Anyone,
    limit: None,
};

/// `GET /docs`
pub const DOCS: Route =
    Route { function: "web", method: Method::GET, path: "/docs", caller: Caller::Anyone, limit: None };

/// `GET /openapi.json`
pub const OPENAPI: Route =
    Route { function: "web", method: Method::GET, path: "/openapi.json", caller: Caller::Anyone, limit: None };
