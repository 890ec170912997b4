//! Over real HTTP, as functions, people and their tests come to it.

mod control;
mod faults;
mod shapes;

use std::net::SocketAddr;

use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

use super::luizalabs::id;

/// Where each shape has product 7, and its list.
fn products() -> [String; 3] {
    [format!("/luizalabs/api/product/{}/", id(7)), "/fakestore/products/7".into(), "/simple/products/7".into()]
}
const LISTS: [&str; 3] = ["/luizalabs/api/product/?page=1", "/fakestore/products", "/simple/products?page=1"];

/// A stand-in on a port of its own.
struct StandIn {
    address: SocketAddr,
    client: Client,
}

impl StandIn {
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

    /// Status and body, as it was sent.
    async fn call(&self, method: Method, path: &str, body: &str) -> (StatusCode, String) {
        let answer = self.send(method, path, body).await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        self.call(Method::GET, path, "").await
    }

    /// What a product or a list is, which must be there.
    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Sets something, which must be accepted, and returns the state.
    async fn set(&self, method: Method, path: &str, body: &str) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert_eq!(status, StatusCode::OK, "{path} {body}: {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    async fn switch(&self, body: &str) -> Value {
        self.set(Method::PATCH, "/control", body).await
    }
}
