//! The format `fakestore`: integer ids, a `limit` instead of pages, and 200 with `null` for an
//! unknown product.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, Query, State},
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::{
    fault_injection::RequestedProduct,
    json_number::JsonNumber,
    product::{self, Product},
    state::MockCatalog,
};

#[derive(Serialize)]
struct ProductBody {
    id: u16,
    title: String,
    price: JsonNumber,
    description: String,
    category: &'static str,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<Rating>,
}

#[derive(Serialize)]
struct Rating {
    rate: JsonNumber,
    count: u16,
}

#[derive(Deserialize)]
struct ListQuery {
    limit: Option<String>,
}

pub(super) fn routes() -> Router<Arc<MockCatalog>> {
    Router::new().route("/products", get(list)).route("/products/{id}", get(product))
}

/// Returns all products when the limit is 0 or invalid, as the real service does.
async fn list(State(catalog): State<Arc<MockCatalog>>, Query(query): Query<ListQuery>) -> Json<Vec<ProductBody>> {
    let limit = query.limit.and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    Json(catalog.products().iter().take(limit).map(|product| body(product, &catalog)).collect())
}

async fn product(
    State(catalog): State<Arc<MockCatalog>>,
    Path(id): Path<String>,
) -> (Option<Extension<RequestedProduct>>, Json<Option<ProductBody>>) {
    let number = product::parse_number(&id);
    let product = number.and_then(|number| catalog.product(number));
    let requested = number.map(|number| Extension(RequestedProduct(number)));
    (requested, Json(product.map(|product| body(&product, &catalog))))
}

fn body(product: &Product, catalog: &MockCatalog) -> ProductBody {
    let Product { number, title, brand, category, price, review, review_count } = product.clone();
    let rating = review.map(|rate| Rating { rate, count: review_count });
    let description = format!("Made by {brand}.");
    ProductBody { id: number, title, price, description, category, image: catalog.image_url(number), rating }
}
