//! `GET /v1/products/{product_id}` — a product of the catalogue.
//!
//! Who: a signed-in user. Limit: `products`, by user, in each instance: this function is outside the private network. DynamoDB:
//! the session, then what is kept of the product. The catalogue: one question when that is older than five minutes, two seconds
//! at most. 200 with `ETag`, and with `stale` when it is older because the catalogue cannot be reached; 304; 401; 404 when the
//! catalogue says that it has no such product; 429; 503 when it cannot be reached and nothing is kept.

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
        ApiError, Authenticator, Http,
        extract::{self, CurrentUser, PathId, Preconditions, content_etag},
        routes::PRODUCTS_GET,
        schema, stack,
        wire::WireProduct,
    },
    services::catalog::Shelf,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to read the catalogue.
    pub struct Get { http: Http, authenticator: Authenticator, shelf: Shelf }
}

/// The function's router.
pub fn router(parts: Get) -> Router {
    stack::route(&PRODUCTS_GET, get, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Document;

/// A product, and when the catalogue said so.
#[derive(Serialize, ToSchema)]
#[schema(as = SeenProduct)]
struct Body {
    #[serde(flatten)]
    product: WireProduct,
    /// When the catalogue said so.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
    /// Older than usual, because the catalogue cannot be reached.
    stale: bool,
}

/// One product of the catalogue.
///
/// It is at most five minutes old, but for when the catalogue cannot be reached: then it is as old as `as_of` says, and `stale`; 503
/// when it is not known at all. That there is no such product is never said on a guess.
#[utoipa::path(
    get, path = "/v1/products/{product_id}", tag = "Products", security(("bearer" = [])),
    params(extract::IfNoneMatch),
    responses((status = 200, body = Body, headers(("ETag")))),
)]
async fn get(
    State(parts): State<Get>,
    _caller: CurrentUser,
    PathId(id): PathId<ProductId>,
    conditions: Preconditions,
) -> Result<Response, ApiError> {
    let seen = parts.shelf.product(&id).await?.ok_or(Error::NotFound)?;
    let body = Body { product: (&seen.what).into(), as_of: rfc3339(seen.at), stale: seen.is_stale };
    let etag = content_etag(&body);
    let (not_modified, etag) = (conditions.has(&etag), [(header::ETAG, etag)]);
    if not_modified {
        return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
    }
    Ok((etag, Json(body)).into_response())
}
