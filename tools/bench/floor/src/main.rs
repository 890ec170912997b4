//! The floor: a Lambda function that returns a constant. `tools/bench` states the cost of every
//! function as a multiple of this one.
//!
//! It uses the runtime, the router and the build profile of the functions, and nothing else.

use std::convert::Infallible;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    routing::get,
};
use http_body_util::{BodyExt, Collected, Full};
use lambda_http::{Request, http::Response};
use serde_json::{Value, json};
use tower::ServiceExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    let router = Router::new().route("/hello", get(hello));
    lambda_http::run_concurrent(router.map_request(|request: Request| request).and_then(collect_body)).await
}

async fn hello() -> Json<Value> {
    Json(json!({ "message": "hello" }))
}

/// Collects the body: `run_concurrent` requires one that is `Sync`.
async fn collect_body(response: Response<Body>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    Ok(Response::from_parts(parts, Full::new(bytes)))
}
