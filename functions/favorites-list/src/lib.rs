//! `GET /v1/customers/{customer_id}/favorites` — a page of a customer's favourites, in the order of product ids.
//!
//! Who: the customer's owner, or an administrator. Limit: `customers:read`, by user. DynamoDB: one strongly consistent query,
//! and at the same time a read of the customer; for an administrator the role and two more reads. SQS: one call then. The
//! catalogue: never. 200 with `Link` to the next page; 400 for a bad cursor; 401; 404; 422; 429.

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    auth::CursorKey,
    domain::{CustomerId, Error, Origin, ProductId},
    http::{
        ApiError, Authenticator, Http,
        extract::{Paging, PathId, Query, Viewer},
        page_answer,
        routes::FAVORITES_LIST,
        schema, stack,
        wire::WireFavorite,
    },
    services::customers::CustomerReader,
    store::Favorites,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to list favourites.
    pub struct List {
        http: Http,
        authenticator: Authenticator,
        customers: CustomerReader,
        favorites: Favorites,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&FAVORITES_LIST, list, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of a customer's favourites.
#[derive(Serialize, ToSchema)]
#[schema(as = FavoritePage)]
struct Body {
    #[schema(value_type = schema::Id)]
    customer_id: String,
    favorites: Vec<WireFavorite>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// A customer's favourites, in the order of product ids as text.
///
/// What a product was when it was added, and beside it what the last refresh saw. The catalogue is not asked.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}/favorites", tag = "Favourites", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn list(
    State(parts): State<List>,
    Viewer(viewer): Viewer,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    Query(paging): Query<Paging>,
) -> Result<Response, ApiError> {
    let scope = format!("favorites {} {id}", viewer.id);
    let after = paging.position(&parts.cursors, &scope)?.map(product).transpose()?;
    let page = parts.favorites.list(id, paging.limit, after.as_ref());
    // Both at once: what is on the page of somebody else's customer is thrown away.
    let (customer, page) = tokio::join!(parts.customers.find(viewer, id, &origin), page);
    customer?;
    let page = page?;
    let next_cursor = page.next.map(|product| parts.cursors.seal(&scope, product.as_str().as_bytes())).transpose()?;
    let favorites = page.favorites.iter().map(WireFavorite::from).collect();
    let body = Body { customer_id: id.to_string(), favorites, next_cursor };
    let path = FAVORITES_LIST.path.replace("{customer_id}", &body.customer_id);
    Ok(page_answer(&path, &paging.kept(), body.next_cursor.as_deref(), &body))
}

fn product(position: Vec<u8>) -> Result<ProductId, Error> {
    let id = String::from_utf8(position).map_err(|_| Error::BadCursor)?;
    ProductId::parse(&id).map_err(|_| Error::BadCursor)
}
