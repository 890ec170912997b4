//! The shape `fakestore`: whole numbers, no pages but a `limit`, and 200 with `null` for what is not there.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, Query, State},
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
    description: String,
    category: &'static str,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<Rating>,
}

#[derive(Serialize)]
struct Rating {
    rate: Digits,
    count: u16,
}

#[derive(Deserialize)]
struct Most {
    limit: Option<String>,
}

pub(super) fn routes() -> Router<Arc<Shelf>> {
    Router::new().route("/products", get(list)).route("/products/{id}", get(product))
}

/// All of them where the limit is 0 or no number, as the real one has it.
async fn list(State(shelf): State<Arc<Shelf>>, Query(most): Query<Most>) -> Json<Vec<Wire>> {
    let limit = most.limit.and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    Json(shelf.products().iter().take(limit).map(|product| wire(product, &shelf)).collect())
}

async fn product(State(shelf): State<Arc<Shelf>>, Path(id): Path<String>) -> (Option<About>, Json<Option<Wire>>) {
    let number = product::number(&id);
    let product = number.and_then(|number| shelf.product(number));
    (number.map(|number| Extension(Number(number))), Json(product.map(|product| wire(&product, &shelf))))
}

fn wire(product: &Product, shelf: &Shelf) -> Wire {
    let Product { number, title, brand, category, price, review, reviews } = product.clone();
    let rating = review.map(|rate| Rating { rate, count: reviews });
    let description = format!("From the workshops of {brand}.");
    Wire { id: number, title, price, description, category, image: shelf.image_url(number), rating }
}
