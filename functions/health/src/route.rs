//! The route of this function. `make registry` generates this file from `Cargo.toml`.

use axum::http::Method;
use shared::http::route::{Caller, Route};

/// `GET /health`
pub const ROUTE: Route =
    Route { function: "health", method: Method::GET, path: "/health", caller: Caller::Anyone, limit: None };
