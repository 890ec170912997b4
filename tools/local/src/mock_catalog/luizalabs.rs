//! The format `luizalabs`: UUIDs, numbered pages, and an error with a `code`. The public service of
//! this format no longer exists.

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
    product::{self, PAGE_SIZE, Product},
    state::MockCatalog,
};

/// A product's id is this prefix and its number with twelve decimal digits. The result is a valid
/// UUID of version 4 that shows the number.
const ID_PREFIX: &str = "5a1e0ff5-0000-4000-8000-";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductBody {
    id: String,
    title: String,
    brand: &'static str,
    price: JsonNumber,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_score: Option<JsonNumber>,
}

#[derive(Serialize)]
struct PageBody {
    meta: Meta,
    products: Vec<ProductBody>,
}

#[derive(Serialize)]
struct Meta {
    page_number: usize,
    page_size: usize,
}

#[derive(Deserialize)]
struct PageQuery {
    page: Option<String>,
}

#[derive(Serialize)]
struct ErrorBody {
    error_message: &'static str,
    code: &'static str,
}

pub(super) fn routes() -> Router<Arc<MockCatalog>> {
    Router::new().route("/api/product/", get(page)).route("/api/product/{id}/", get(product))
}

async fn page(State(catalog): State<Arc<MockCatalog>>, Query(query): Query<PageQuery>) -> Response {
    let Some((page_number, products)) = catalog.page(query.page.as_deref()) else { return not_found() };
    let meta = Meta { page_number, page_size: PAGE_SIZE };
    Json(PageBody { meta, products: products.iter().map(|product| body(product, &catalog)).collect() }).into_response()
}

async fn product(
    State(catalog): State<Arc<MockCatalog>>,
    Path(id): Path<String>,
) -> (Option<Extension<RequestedProduct>>, Response) {
    let Some(number) = parse_id(&id) else { return (None, not_found()) };
    let response = catalog.product(number).map(|product| Json(body(&product, &catalog)).into_response());
    (Some(Extension(RequestedProduct(number))), response.unwrap_or_else(not_found))
}

pub(super) fn id(number: u16) -> String {
    format!("{ID_PREFIX}{number:012}")
}

fn parse_id(text: &str) -> Option<u16> {
    let text = text.to_ascii_lowercase();
    product::parse_number(text.strip_prefix(ID_PREFIX)?).filter(|number| id(*number) == text)
}

fn body(product: &Product, catalog: &MockCatalog) -> ProductBody {
    let Product { number, title, brand, price, review, .. } = product.clone();
    ProductBody { id: id(number), title, brand, price, image: catalog.image_url(number), review_score: review }
}

fn not_found() -> Response {
    let body = ErrorBody { error_message: "product or page not found", code: "not_found" };
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
