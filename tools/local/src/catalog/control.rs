//! The switches: `GET`, `PATCH` and `DELETE /control`, `DELETE /control/reads`, `PUT /control/products/{number}`. Each
//! answers with the state as it is then; what makes no sense is 422 with a message and changes nothing.
//!
//! Bodies are read as JSON whatever their `Content-Type` says, so that `curl -d` alone will do.

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
    shelf::{self, Change, Shelf},
};

/// A minute is more than anybody waits.
const MOST_LATENCY: u32 = 60_000;

type Control = State<Arc<Shelf>>;
type Answer = Result<Json<shelf::State>, Refused>;

/// What `PATCH` takes. What is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switches {
    latency_ms: Option<u32>,
    fail: Option<Fault>,
    fail_percent: Option<u8>,
}

/// A status and why.
struct Refused(StatusCode, String);

pub(super) fn routes() -> Router<Arc<Shelf>> {
    Router::new()
        .route("/control", get(show).patch(switch).delete(reset))
        .route("/control/reads", delete(count_anew))
        .route("/control/products/{number}", put(change))
}

async fn show(State(shelf): Control) -> Json<shelf::State> {
    Json(shelf.state().clone())
}

async fn switch(State(shelf): Control, body: Bytes) -> Answer {
    let Switches { latency_ms, fail, fail_percent } = parsed(&body)?;
    within("latency_ms", latency_ms, MOST_LATENCY)?;
    within("fail_percent", fail_percent, 100)?;
    let mut state = shelf.state();
    state.latency_ms = latency_ms.unwrap_or(state.latency_ms);
    state.fail = fail.unwrap_or(state.fail);
    state.fail_percent = fail_percent.unwrap_or(state.fail_percent);
    state.turns = 0;
    Ok(Json(state.clone()))
}

async fn reset(State(shelf): Control) -> Json<shelf::State> {
    mem::take(&mut *shelf.state());
    show(State(shelf)).await
}

async fn count_anew(State(shelf): Control) -> Json<shelf::State> {
    mem::take(&mut shelf.state().reads);
    show(State(shelf)).await
}

/// As `PUT` says: this is how the product differs from now on, so `{}` brings the invented one back.
async fn change(State(shelf): Control, Path(number): Path<String>, body: Bytes) -> Answer {
    let number = product::number(&number)
        .ok_or_else(|| Refused(StatusCode::NOT_FOUND, format!("products are numbered from 1 to {COUNT}")))?;
    let change: Change = parsed(&body)?;
    let mut state = shelf.state();
    if change == Change::default() {
        state.products.remove(&number);
    } else {
        state.products.insert(number, change);
    }
    Ok(Json(state.clone()))
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| Refused(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))
}

fn within<T: Into<u32>>(name: &str, value: Option<T>, most: u32) -> Result<(), Refused> {
    match value.map(Into::into) {
        Some(value) if value > most => {
            Err(Refused(StatusCode::UNPROCESSABLE_ENTITY, format!("{name} must be from 0 to {most}, not {value}")))
        }
        _ => Ok(()),
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "message": self.1 }))).into_response()
    }
}
