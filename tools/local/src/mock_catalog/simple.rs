//! The format `simple`: integer ids, pages without metadata, a review in words, and 404 with a
//! `detail`.

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
    image_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<String>,
}

#[derive(Deserialize)]
struct PageQuery {
    page: Option<String>,
}

#[derive(Serialize)]
struct ErrorBody {
    detail: &'static str,
}

pub(super) fn routes() -> Router<Arc<MockCatalog>> {
    Router::new().route("/products", get(page)).route("/products/{id}", get(product))
}

/// Returns an empty list for a page beyond the last or an invalid page number.
async fn page(State(catalog): State<Arc<MockCatalog>>, Query(query): Query<PageQuery>) -> Json<Vec<ProductBody>> {
    let (_, products) = catalog.page(query.page.as_deref()).unwrap_or_default();
    Json(products.iter().map(|product| body(product, &catalog)).collect())
}

async fn product(
    State(catalog): State<Arc<MockCatalog>>,
    Path(id): Path<String>,
) -> (Option<Extension<RequestedProduct>>, Response) {
    let number = product::parse_number(&id);
    let product = number.and_then(|number| catalog.product(number));
    let response = product.map(|product| Json(body(&product, &catalog)).into_response());
    (number.map(|number| Extension(RequestedProduct(number))), response.unwrap_or_else(not_found))
}

fn body(product: &Product, catalog: &MockCatalog) -> ProductBody {
    let Product { number, title, price, review, .. } = product.clone();
    let review = review.map(|review| format!("Buyers give it {} of 5.", review.as_str()));
    ProductBody { id: number, title, price, image_url: catalog.image_url(number), review }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(ErrorBody { detail: "Not found." })).into_response()
}
