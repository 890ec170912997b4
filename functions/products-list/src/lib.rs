//! `GET /v1/products` — a page of the catalogue.
//!
//! Who: a signed-in user. Limit: `products`, by user, in each instance: this function is outside the private network. DynamoDB:
//! the session, then what is kept of the page. The catalogue: one question when that is older than five minutes, two seconds at
//! most. 200, with `stale` when it is older because the catalogue cannot be reached; 401; 422; 429; 503 when it cannot be
//! reached and nothing is kept.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    domain::{PageNumber, rfc3339},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields},
        routes::PRODUCTS_LIST,
        schema, stack,
        wire::WireProduct,
    },
    services::catalog::Shelf,
};
use utoipa::{IntoParams, ToSchema};

shared::holds! {
    /// What it takes to read the catalogue.
    pub struct List { http: Http, authenticator: Authenticator, shelf: Shelf }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&PRODUCTS_LIST, list, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Which page of the catalogue.
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

/// A page of the catalogue.
#[derive(Serialize, ToSchema)]
#[schema(as = ProductPage)]
struct Body {
    page: u32,
    products: Vec<WireProduct>,
    /// Null on the last one.
    #[schema(required = true)]
    next_page: Option<u32>,
    /// When the catalogue said so.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
    /// Older than usual, because the catalogue cannot be reached.
    stale: bool,
}

/// A page of the catalogue.
///
/// It is at most five minutes old, but for when the catalogue cannot be reached: then it is as old as `as_of` says, and `stale`; 503
/// when there is none at all.
#[utoipa::path(
    get, path = "/v1/products", tag = "Products", security(("bearer" = [])),
    params(ListQuery),
    responses((status = 200, body = Body)),
)]
async fn list(
    State(parts): State<List>,
    _caller: CurrentUser,
    extract::Query(ListQuery { page }): extract::Query<ListQuery>,
) -> Result<Json<Body>, ApiError> {
    let seen = parts.shelf.page(page.get()).await?;
    Ok(Json(Body {
        page: page.get(),
        products: seen.what.products.iter().map(WireProduct::from).collect(),
        next_page: page.next().filter(|_| seen.what.has_more).map(PageNumber::get),
        as_of: rfc3339(seen.at),
        stale: seen.is_stale,
    }))
}
