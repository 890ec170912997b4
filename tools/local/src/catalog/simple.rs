//! The shape `simple`: whole numbers, bare pages, a review in words, and 404 with a `detail`.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::{
    digits::Digits,
    fault::{About, Number},
    product::{self, Product},
    shelf::Shelf,
};

#[derive(Serialize)]
struct Wire {
    id: u16,
    title: String,
    price: Digits,
    image_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<String>,
}

#[derive(Deserialize)]
struct Which {
    page: Option<String>,
}

#[derive(Serialize)]
struct Absent {
    detail: &'static str,
}

pub(super) fn routes() -> Router<Arc<Shelf>> {
    Router::new().route("/products", get(page)).route("/products/{id}", get(product))
}

/// Empty beyond the last page, and where the page is no number from 1.
async fn page(State(shelf): State<Arc<Shelf>>, Query(which): Query<Which>) -> Json<Vec<Wire>> {
    let (_, products) = shelf.page(which.page.as_deref()).unwrap_or_default();
    Json(products.iter().map(|product| wire(product, &shelf)).collect())
}

async fn product(State(shelf): State<Arc<Shelf>>, Path(id): Path<String>) -> (Option<About>, Response) {
    let number = product::number(&id);
    let product = number.and_then(|number| shelf.product(number));
    let answer = product.map(|product| Json(wire(&product, &shelf)).into_response());
    (number.map(|number| Extension(Number(number))), answer.unwrap_or_else(absent))
}

fn wire(product: &Product, shelf: &Shelf) -> Wire {
    let Product { number, title, price, review, .. } = product.clone();
    let review = review.map(|review| format!("Buyers give it {} of 5.", review.as_str()));
    Wire { id: number, title, price, image_url: shelf.image_url(number), review }
}

fn absent() -> Response {
    (StatusCode::NOT_FOUND, Json(Absent { detail: "Not found." })).into_response()
}
