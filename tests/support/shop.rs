//! A catalogue of the shape `simple` whose products a test changes while functions ask for them.

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

/// Products 1 to so many, until a test changes them. Ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Shop {
    port: u16,
    state: Arc<Mutex<Stock>>,
}

#[derive(Default)]
struct Stock {
    /// What is sent of each product.
    products: BTreeMap<u32, String>,
    /// What was asked for, by address.
    asked: Vec<String>,
    is_down: bool,
    /// Nobody is answered while it is closed.
    is_closed: watch::Sender<bool>,
}

/// Products on a page.
const PAGE: usize = 100;

impl Shop {
    pub(crate) async fn with(products: u32) -> Self {
        let state = Arc::new(Mutex::new(Stock::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shop = Self { port: listener.local_addr().unwrap().port(), state: state.clone() };
        for id in 1..=products {
            shop.put(id, &format!("Product {id}"), "10.00", Some("good"));
        }
        let routes = Router::new().route("/products", get(page)).route("/products/{id}", get(product));
        tokio::spawn(async move { axum::serve(listener, routes.with_state(state)).await });
        shop
    }

    pub(crate) fn config(&self) -> CatalogConfig {
        CatalogConfig { kind: CatalogKind::Simple, url: format!("http://127.0.0.1:{}", self.port) }
    }

    /// Sells the product as this from now on. The price is sent as it is written.
    pub(crate) fn put(&self, id: u32, title: &str, price: &str, review: Option<&str>) {
        let review = review.map(|review| format!(r#","review":"{review}""#)).unwrap_or_default();
        let image_url = format!("https://img.example.com/{id}.png");
        let product = format!(r#"{{"id":{id},"title":"{title}","price":{price},"image_url":"{image_url}"{review}}}"#);
        self.state.lock().unwrap().products.insert(id, product);
    }

    /// Sells the product at another price from now on.
    pub(crate) fn set_price(&self, id: u32, price: &str) {
        self.put(id, &format!("Product {id}"), price, Some("good"));
    }

    pub(crate) fn take_away(&self, id: u32) {
        self.state.lock().unwrap().products.remove(&id);
    }

    /// Whether everything is answered with an error from now on.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.state.lock().unwrap().is_down = is_down;
    }

    /// Whether whoever asks for a product has to wait from now on, until this is taken back.
    pub(crate) fn set_closed(&self, is_closed: bool) {
        self.state.lock().unwrap().is_closed.send_replace(is_closed);
    }

    /// What was asked for since the last time, such as `/products/7`.
    pub(crate) fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

async fn product(State(state): State<Arc<Mutex<Stock>>>, Path(id): Path<u32>) -> Response {
    let mut is_closed = {
        let mut stock = state.lock().unwrap();
        stock.asked.push(format!("/products/{id}"));
        stock.is_closed.subscribe()
    };
    is_closed.wait_for(|is_closed| !is_closed).await.unwrap();
    let stock = state.lock().unwrap();
    match stock.products.get(&id) {
        _ if stock.is_down => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(product) => json(StatusCode::OK, product.clone()),
        None => json(StatusCode::NOT_FOUND, r#"{"detail":"Not found."}"#.to_owned()),
    }
}

async fn page(State(state): State<Arc<Mutex<Stock>>>, Query(query): Query<BTreeMap<String, usize>>) -> Response {
    let mut stock = state.lock().unwrap();
    let page = query.get("page").copied().unwrap_or(1);
    stock.asked.push(format!("/products?page={page}"));
    if stock.is_down {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let products: Vec<String> = stock.products.values().skip((page - 1) * PAGE).take(PAGE).cloned().collect();
    json(StatusCode::OK, format!("[{}]", products.join(",")))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
