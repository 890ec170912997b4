//! `GET /v1/products/{product_id}` — one product of the catalogue.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `products`, by user, counted per instance because the function runs outside the
//!   private network.
//! - DynamoDB: one read of the session, one read of the cached product.
//! - Catalogue: one request with a timeout of two seconds when the cached product is older than
//!   five minutes.
//! - Responses: 200 with `ETag`, with `stale` when the cached product is older because the
//!   catalogue is unavailable; 304; 401; 404 when the catalogue reports the product as absent; 429;
//!   503 when the catalogue is unavailable and the product is not cached.

pub mod route;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use serde::Serialize;
use shared::{
    domain::{Error, ProductId, rfc3339},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{CurrentUser, IfNoneMatch, PathId},
        schema, stack,
        views::ProductView,
    },
    services::catalog::ProductCache,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Get { http: HttpSettings, authenticator: Authenticator, products: ProductCache }
}

/// The function's router.
pub fn router(state: Get) -> Router {
    stack::route(&ROUTE, get, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// A product and the time at which it was fetched from the catalogue.
#[derive(Serialize, ToSchema)]
#[schema(as = SeenProduct)]
struct Body {
    #[serde(flatten)]
    product: ProductView,
    /// The time at which the product was fetched from the catalogue.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
    /// True when the product is older than five minutes because the catalogue is unavailable.
    stale: bool,
}

/// One product of the catalogue.
///
/// The product is at most five minutes old. While the catalogue is unavailable, an older copy is
/// returned with `stale: true` and its time in `as_of`, or a 503 when there is no copy. A 404 is
/// only returned when the catalogue reports the product as absent.
#[utoipa::path(
    get, path = "/v1/products/{product_id}", tag = "Products", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = Body, headers(("ETag")))),
)]
async fn get(
    State(state): State<Get>,
    _caller: CurrentUser,
    PathId(id): PathId<ProductId>,
    if_none_match: IfNoneMatch,
) -> Result<Response, ApiError> {
    let cached = state.products.product(&id).await?.ok_or(Error::NotFound)?;
    let body = Body { product: (&cached.value).into(), as_of: rfc3339(cached.fetched_at), stale: cached.is_stale };
    let etag = content_etag(&body);
    let (not_modified, etag) = (if_none_match.matches(&etag), [(header::ETAG, etag)]);
    if not_modified {
        return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
    }
    Ok((etag, Json(body)).into_response())
}
