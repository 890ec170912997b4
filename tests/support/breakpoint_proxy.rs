//! A proxy to DynamoDB, SQS or another HTTP service that stops at
//! [breakpoints](super::breakpoints).

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

use super::{breakpoints::Breakpoints, http_client::http_client};

struct Proxy {
    service: &'static str,
    upstream: String,
    client: reqwest::Client,
    breakpoints: Breakpoints,
}

/// Starts a proxy to the service at `upstream` and returns its URL.
pub(crate) async fn start(service: &'static str, upstream: &str, breakpoints: &Breakpoints) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (upstream, client, breakpoints) = (upstream.to_owned(), http_client(), breakpoints.clone());
    let router = Router::new().fallback(forward).with_state(Arc::new(Proxy { service, upstream, client, breakpoints }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn forward(
    State(proxy): State<Arc<Proxy>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // In a task of its own: a request that has left the process continues when the process and its
    // connection are killed.
    let forwarding = tokio::spawn(async move { proxy.forward(method, &uri, &headers, body).await });
    let dropped = || StatusCode::BAD_GATEWAY.into_response();
    forwarding.await.unwrap().unwrap_or_else(dropped)
}

impl Proxy {
    /// Returns `None` when the request or the response was dropped.
    async fn forward(&self, method: Method, uri: &Uri, headers: &HeaderMap, body: Bytes) -> Option<Response> {
        // AWS services name the operation in a header. For other services the method names it.
        let target = headers.get("x-amz-target").map_or(method.as_str(), |target| target.to_str().unwrap());
        let operation = target.split('.').next_back().unwrap();
        let exchange = self.breakpoints.request_arrived(&format!("{} {operation}", self.service)).await?;
        let is_forwarded = |name: &str| name.starts_with("x-amz-") || ["authorization", "content-type"].contains(&name);
        let mut request = self.client.request(method.clone(), format!("{}{uri}", self.upstream));
        for (name, value) in headers.iter().filter(|(name, _)| is_forwarded(name.as_str())) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        exchange.response_arrived().await.then(|| (status, headers, body).into_response())
    }
}
