//! Tests over real HTTP, as functions, developers and tests use the mock catalogue.

mod control;
mod faults;
mod formats;

use std::net::SocketAddr;

use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

use super::luizalabs::id;

/// The path of product 7 in each format.
fn product_paths() -> [String; 3] {
    [format!("/luizalabs/api/product/{}/", id(7)), "/fakestore/products/7".into(), "/simple/products/7".into()]
}
/// The path of the list in each format.
const LIST_PATHS: [&str; 3] = ["/luizalabs/api/product/?page=1", "/fakestore/products", "/simple/products?page=1"];

/// A mock catalogue on an unused port.
struct TestCatalog {
    address: SocketAddr,
    client: Client,
}

impl TestCatalog {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(super::serve(listener));
        Self { address, client: Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap() }
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> reqwest::Result<reqwest::Response> {
        let request = self.client.request(method, format!("http://{}{path}", self.address));
        request.body(body.to_owned()).send().await
    }

    /// Sends a request and returns status and body.
    async fn call(&self, method: Method, path: &str, body: &str) -> (StatusCode, String) {
        let response = self.send(method, path, body).await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        self.call(Method::GET, path, "").await
    }

    /// Gets a JSON body. Panics unless the status is 200.
    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Sends a request to the control API and returns the state. Panics unless the status is 200.
    async fn control(&self, method: Method, path: &str, body: &str) -> Value {
        let (status, response) = self.call(method, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path} {body}: {response}");
        serde_json::from_str(&response).unwrap()
    }

    async fn patch_control(&self, body: &str) -> Value {
        self.control(Method::PATCH, "/control", body).await
    }
}
