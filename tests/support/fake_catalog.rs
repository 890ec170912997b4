//! A catalogue of the kind `simple`. Tests change its products while functions query it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use shared::config::{CatalogConfig, CatalogKind};
use tokio::{net::TcpListener, sync::watch};

/// A catalogue server. It stops with the test's runtime.
#[derive(Clone)]
pub(crate) struct FakeCatalog {
    port: u16,
    state: Arc<Mutex<Inventory>>,
}

#[derive(Default)]
struct Inventory {
    /// The response body of each product.
    products: BTreeMap<u32, String>,
    /// The paths of the received requests.
    requests: Vec<String>,
    is_down: bool,
    /// Requests for a product wait while this is true.
    holds_requests: watch::Sender<bool>,
}

const PAGE_SIZE: usize = 100;

impl FakeCatalog {
    /// A catalogue with products 1 to `count`.
    pub(crate) async fn with_products(count: u32) -> Self {
        let state = Arc::new(Mutex::new(Inventory::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let catalog = Self { port: listener.local_addr().unwrap().port(), state: state.clone() };
        for id in 1..=count {
            catalog.set_product(id, &format!("Product {id}"), "10.00", Some("good"));
        }
        let routes = Router::new().route("/products", get(page)).route("/products/{id}", get(product));
        tokio::spawn(async move { axum::serve(listener, routes.with_state(state)).await });
        catalog
    }

    pub(crate) fn config(&self) -> CatalogConfig {
        CatalogConfig { kind: CatalogKind::Simple, url: format!("http://127.0.0.1:{}", self.port) }
    }

    /// Adds or replaces a product. The price is sent exactly as it is written.
    pub(crate) fn set_product(&self, id: u32, title: &str, price: &str, review: Option<&str>) {
        let review = review.map(|review| format!(r#","review":"{review}""#)).unwrap_or_default();
        let image_url = format!("https://img.example.com/{id}.png");
        let product = format!(r#"{{"id":{id},"title":"{title}","price":{price},"image_url":"{image_url}"{review}}}"#);
        self.state.lock().unwrap().products.insert(id, product);
    }

    pub(crate) fn set_price(&self, id: u32, price: &str) {
        self.set_product(id, &format!("Product {id}"), price, Some("good"));
    }

    pub(crate) fn remove(&self, id: u32) {
        self.state.lock().unwrap().products.remove(&id);
    }

    /// Answers every request with status 500 until [`FakeCatalog::come_back`].
    pub(crate) fn go_down(&self) {
        self.state.lock().unwrap().is_down = true;
    }

    /// Ends [`FakeCatalog::go_down`].
    pub(crate) fn come_back(&self) {
        self.state.lock().unwrap().is_down = false;
    }

    /// Holds requests for a product until [`FakeCatalog::release_requests`].
    pub(crate) fn hold_requests(&self) {
        self.state.lock().unwrap().holds_requests.send_replace(true);
    }

    /// Answers the held requests.
    pub(crate) fn release_requests(&self) {
        self.state.lock().unwrap().holds_requests.send_replace(false);
    }

    /// The paths that were requested since the last call, such as `/products/7`.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().requests)
    }
}

async fn product(State(state): State<Arc<Mutex<Inventory>>>, Path(id): Path<u32>) -> Response {
    let mut holds_requests = {
        let mut inventory = state.lock().unwrap();
        inventory.requests.push(format!("/products/{id}"));
        inventory.holds_requests.subscribe()
    };
    holds_requests.wait_for(|holds_requests| !holds_requests).await.unwrap();
    let inventory = state.lock().unwrap();
    match inventory.products.get(&id) {
        _ if inventory.is_down => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(product) => json(StatusCode::OK, product.clone()),
        None => json(StatusCode::NOT_FOUND, r#"{"detail":"Not found."}"#.to_owned()),
    }
}

async fn page(State(state): State<Arc<Mutex<Inventory>>>, Query(query): Query<BTreeMap<String, usize>>) -> Response {
    let mut inventory = state.lock().unwrap();
    let page = query.get("page").copied().unwrap_or(1);
    inventory.requests.push(format!("/products?page={page}"));
    if inventory.is_down {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let products: Vec<String> =
        inventory.products.values().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).cloned().collect();
    json(StatusCode::OK, format!("[{}]", products.join(",")))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
