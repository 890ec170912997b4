//! The shape `luizalabs`: UUIDs, pages that say their number, an error with a code. The public service of this shape is
//! off for good.

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
    product::{self, PAGE, Product},
    shelf::Shelf,
};

/// The id of a product is this and its number, in twelve decimal digits: a UUID of version 4 in which a person sees
/// which product it is.
const PREFIX: &str = "5a1e0ff5-0000-4000-8000-";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    title: String,
    brand: &'static str,
    price: Digits,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_score: Option<Digits>,
}

#[derive(Serialize)]
struct Page {
    meta: Meta,
    products: Vec<Wire>,
}

#[derive(Serialize)]
struct Meta {
    page_number: usize,
    page_size: usize,
}

#[derive(Deserialize)]
struct Which {
    page: Option<String>,
}

#[derive(Serialize)]
struct Absent {
    error_message: &'static str,
    code: &'static str,
}

pub(super) fn routes() -> Router<Arc<Shelf>> {
    Router::new().route("/api/product/", get(page)).route("/api/product/{id}/", get(product))
}

async fn page(State(shelf): State<Arc<Shelf>>, Query(which): Query<Which>) -> Response {
    let Some((page_number, products)) = shelf.page(which.page.as_deref()) else { return absent() };
    let meta = Meta { page_number, page_size: PAGE };
    Json(Page { meta, products: products.iter().map(|product| wire(product, &shelf)).collect() }).into_response()
}

async fn product(State(shelf): State<Arc<Shelf>>, Path(id): Path<String>) -> (Option<About>, Response) {
    let Some(number) = number(&id) else { return (None, absent()) };
    let product = shelf.product(number).map(|product| Json(wire(&product, &shelf)).into_response());
    (Some(Extension(Number(number))), product.unwrap_or_else(absent))
}

pub(super) fn id(number: u16) -> String {
    format!("{PREFIX}{number:012}")
}

fn number(text: &str) -> Option<u16> {
    let text = text.to_ascii_lowercase();
    product::number(text.strip_prefix(PREFIX)?).filter(|number| id(*number) == text)
}

fn wire(product: &Product, shelf: &Shelf) -> Wire {
    let Product { number, title, brand, price, review, .. } = product.clone();
    Wire { id: id(number), title, brand, price, image: shelf.image_url(number), review_score: review }
}

fn absent() -> Response {
    let body = Absent { error_message: "there is no such product or page", code: "not_found" };
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
