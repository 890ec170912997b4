//! The way to DynamoDB, SQS and other services, on which a process can be stopped at each step.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

use super::steps::Steps;

struct Wire {
    service: &'static str,
    behind: String,
    client: reqwest::Client,
    steps: Steps,
}

/// The address of a proxy before the service that listens `behind`.
pub(crate) async fn before(service: &'static str, behind: &str, steps: &Steps) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (behind, client, steps) = (behind.to_owned(), reqwest::Client::new(), steps.clone());
    let router = Router::new().fallback(forward).with_state(Arc::new(Wire { service, behind, client, steps }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn forward(
    State(wire): State<Arc<Wire>>,
    method: Method,
    address: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A task of its own: what has left the process goes its way when that is killed, and its connection with it.
    let passing_on = tokio::spawn(async move { wire.pass_on(method, &address, &headers, body).await });
    let lost = || StatusCode::BAD_GATEWAY.into_response();
    passing_on.await.unwrap().unwrap_or_else(lost)
}

impl Wire {
    /// `None` when request or answer was lost.
    async fn pass_on(&self, method: Method, address: &Uri, headers: &HeaderMap, body: Bytes) -> Option<Response> {
        // The services of AWS name the operation in a header; others in the method.
        let target = headers.get("x-amz-target").map_or(method.as_str(), |target| target.to_str().unwrap());
        let operation = target.split('.').next_back().unwrap();
        let exchange = self.steps.asked(&format!("{} {operation}", self.service)).await?;
        let kept = |name: &str| name.starts_with("x-amz-") || ["authorization", "content-type"].contains(&name);
        let mut onward = self.client.request(method.clone(), format!("{}{address}", self.behind));
        for (name, value) in headers.iter().filter(|(name, _)| kept(name.as_str())) {
            onward = onward.header(name, value);
        }
        let answer = onward.body(body).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.unwrap();
        exchange.answered().await.then(|| (status, headers, body).into_response())
    }
}
