//! `GET /v1/products` — a page of the catalogue's products.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `products`, by user, counted per instance because the function runs outside the
//!   private network.
//! - DynamoDB: one read of the session, one read of the cached page.
//! - Catalogue: one request with a timeout of two seconds when the cached page is older than five
//!   minutes.
//! - Responses: 200, with `stale` when the cached page is older because the catalogue is
//!   unavailable; 401; 422; 429; 503 when the catalogue is unavailable and the page is not cached.

pub mod route;

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    domain::{PageNumber, rfc3339},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields},
        schema, stack,
        views::ProductView,
    },
    services::catalog::ProductCache,
};
use utoipa::{IntoParams, ToSchema};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct List { http: HttpSettings, authenticator: Authenticator, products: ProductCache }
}

/// The function's router.
pub fn router(state: List) -> Router {
    stack::route(&ROUTE, list, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The page number.
    #[param(inline, value_type = schema::PageNumber, required = false)]
    page: PageNumber,
}

impl extract::KnownParameters for ListQuery {
    const NAMES: &'static [&'static str] = &["page"];
}

impl extract::FromFields for ListQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { page: fields.optional("page", PageNumber::parse)?.unwrap_or_default() })
    }
}

/// A page of products.
#[derive(Serialize, ToSchema)]
#[schema(as = ProductPage)]
struct Body {
    page: u32,
    products: Vec<ProductView>,
    /// The next page; null on the last page.
    #[schema(required = true)]
    next_page: Option<u32>,
    /// The time at which the page was fetched from the catalogue.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
    /// True when the page is older than five minutes because the catalogue is unavailable.
    stale: bool,
}

/// A page of products.
///
/// The page is at most five minutes old. While the catalogue is unavailable, an older copy is
/// returned with `stale: true` and its time in `as_of`, or a 503 when there is no copy.
#[utoipa::path(
    get, path = "/v1/products", tag = "Products", security(("bearer" = [])),
    params(ListQuery),
    responses((status = 200, body = Body)),
)]
async fn list(
    State(state): State<List>,
    _caller: CurrentUser,
    extract::Query(ListQuery { page }): extract::Query<ListQuery>,
) -> Result<Json<Body>, ApiError> {
    let cached = state.products.page(page.get()).await?;
    Ok(Json(Body {
        page: page.get(),
        products: cached.value.products.iter().map(ProductView::from).collect(),
        next_page: page.next().filter(|_| cached.value.has_more).map(PageNumber::get),
        as_of: rfc3339(cached.fetched_at),
        stale: cached.is_stale,
    }))
}
