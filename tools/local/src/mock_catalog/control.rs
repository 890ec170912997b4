//! The control API: `GET`, `PATCH` and `DELETE /control`, `DELETE /control/reads`, `PUT
//! /control/products/{number}`. Each responds with the resulting state. An invalid request gets 422
//! with a message and changes nothing.
//!
//! Bodies are parsed as JSON whatever their `Content-Type`, so that `curl -d` works without a
//! header.

use std::{mem, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, put},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    fault::Fault,
    product::{self, COUNT},
    state::{self, MockCatalog, ProductChange},
};

/// A minute exceeds every timeout of the functions.
const MAX_LATENCY_MS: u32 = 60_000;

type CatalogState = State<Arc<MockCatalog>>;
type ControlResponse = Result<Json<state::State>, Rejection>;

/// The body of `PATCH /control`. Absent members keep their value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlPatch {
    latency_ms: Option<u32>,
    fail: Option<Fault>,
    fail_percent: Option<u8>,
}

struct Rejection {
    status: StatusCode,
    message: String,
}

pub(super) fn routes() -> Router<Arc<MockCatalog>> {
    Router::new()
        .route("/control", get(show).patch(patch).delete(reset))
        .route("/control/reads", delete(reset_reads))
        .route("/control/products/{number}", put(change_product))
}

async fn show(State(catalog): CatalogState) -> Json<state::State> {
    Json(catalog.state().clone())
}

async fn patch(State(catalog): CatalogState, body: Bytes) -> ControlResponse {
    let ControlPatch { latency_ms, fail, fail_percent } = parse(&body)?;
    check_maximum("latency_ms", latency_ms, MAX_LATENCY_MS)?;
    check_maximum("fail_percent", fail_percent, 100)?;
    let mut state = catalog.state();
    state.latency_ms = latency_ms.unwrap_or(state.latency_ms);
    state.fail = fail.unwrap_or(state.fail);
    state.fail_percent = fail_percent.unwrap_or(state.fail_percent);
    state.requests_since_patch = 0;
    Ok(Json(state.clone()))
}

async fn reset(State(catalog): CatalogState) -> Json<state::State> {
    mem::take(&mut *catalog.state());
    show(State(catalog)).await
}

async fn reset_reads(State(catalog): CatalogState) -> Json<state::State> {
    mem::take(&mut catalog.state().reads);
    show(State(catalog)).await
}

/// Replaces the change of a product, as `PUT` does. `{}` restores the generated product.
async fn change_product(State(catalog): CatalogState, Path(number): Path<String>, body: Bytes) -> ControlResponse {
    let number = product::parse_number(&number).ok_or_else(|| Rejection {
        status: StatusCode::NOT_FOUND,
        message: format!("products are numbered from 1 to {COUNT}"),
    })?;
    let change: ProductChange = parse(&body)?;
    let mut state = catalog.state();
    if change == ProductChange::default() {
        state.products.remove(&number);
    } else {
        state.products.insert(number, change);
    }
    Ok(Json(state.clone()))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    serde_json::from_slice(body).map_err(|error| Rejection::unprocessable(error.to_string()))
}

fn check_maximum<T: Into<u32>>(name: &str, value: Option<T>, maximum: u32) -> Result<(), Rejection> {
    match value.map(Into::into) {
        Some(value) if value > maximum => {
            Err(Rejection::unprocessable(format!("{name} must be from 0 to {maximum}, not {value}")))
        }
        _ => Ok(()),
    }
}

impl Rejection {
    fn unprocessable(message: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, message }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "message": self.message }))).into_response()
    }
}
