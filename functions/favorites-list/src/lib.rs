//! `GET /v1/customers/{customer_id}/favorites` — a page of a customer's favourites, ordered by
//! product id.
//!
//! - Caller: the customer's owner, or an administrator.
//! - Rate limit: `customers:read`, by user.
//! - DynamoDB: one strongly consistent query and one read of the customer, concurrently. For an
//!   administrator: one read of the role and two more.
//! - SQS: one request for an administrator who reads a customer of another account.
//! - Catalogue: no request.
//! - Responses: 200 with `Link` to the next page; 400 for an invalid cursor; 401; 404; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    auth::CursorKey,
    domain::{CustomerId, Error, ProductId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{Paging, PathId, Query, UserOrAdmin},
        page_response, schema, stack,
        views::FavoriteView,
    },
    services::customers::CustomerReader,
    store::Favorites,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct List {
        http: HttpSettings,
        authenticator: Authenticator,
        customers: CustomerReader,
        favorites: Favorites,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(state: List) -> Router {
    stack::route(&ROUTE, list, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of a customer's favourites.
#[derive(Serialize, ToSchema)]
#[schema(as = FavoritePage)]
struct Body {
    #[schema(value_type = schema::Id)]
    customer_id: String,
    favorites: Vec<FavoriteView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// A customer's favourites, in the order of product ids as text.
///
/// Each favourite has the product's properties at the time it was added and those of the last
/// refresh. The catalogue is not queried.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}/favorites", tag = "Favourites", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn list(
    State(state): State<List>,
    UserOrAdmin(caller): UserOrAdmin,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    Query(paging): Query<Paging>,
) -> Result<Response, ApiError> {
    let scope = format!("favorites {} {id}", caller.id);
    let after = paging.position(&state.cursors, &scope)?.map(product).transpose()?;
    let page = state.favorites.list(id, paging.limit, after.as_ref());
    // Concurrent, to save a round trip. The page is discarded when the caller may not read the
    // customer.
    let (customer, page) = tokio::join!(state.customers.find(caller, id, &source), page);
    customer?;
    let page = page?;
    let next_cursor = page.next.map(|product| state.cursors.seal(&scope, product.as_str().as_bytes())).transpose()?;
    let favorites = page.favorites.iter().map(FavoriteView::from).collect();
    let body = Body { customer_id: id.to_string(), favorites, next_cursor };
    let path = ROUTE.path.replace("{customer_id}", &body.customer_id);
    Ok(page_response(&path, &paging.link_parameters(), body.next_cursor.as_deref(), &body))
}

fn product(position: Vec<u8>) -> Result<ProductId, Error> {
    let id = String::from_utf8(position).map_err(|_| Error::BadCursor)?;
    ProductId::parse(&id).map_err(|_| Error::BadCursor)
}
