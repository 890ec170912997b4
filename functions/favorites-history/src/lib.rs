//! `GET /v1/customers/{customer_id}/favorites/{product_id}/history` — a favourite's states, oldest
//! first: the one when it was added and one for each change.
//!
//! - Caller: the customer's owner, or an administrator.
//! - Rate limit: `customers:read`, by user.
//! - DynamoDB: one read of the customer and one of the favourite, concurrently; then one strongly
//!   consistent query. For an administrator: one read of the role and two more.
//! - SQS: one request for an administrator who reads a customer of another account.
//! - Responses: 200 with `Link` to the next page; 400 for an invalid cursor; 401; 404; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    auth::CursorKey,
    domain::{CustomerId, Error, ProductId, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{Paging, PathIds, Query, UserOrAdmin},
        page_response, schema, stack,
        views::PastStateView,
    },
    services::customers::CustomerReader,
    store::Favorites,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct History {
        http: HttpSettings,
        authenticator: Authenticator,
        customers: CustomerReader,
        favorites: Favorites,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(state: History) -> Router {
    stack::route(&ROUTE, history, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(history))]
pub struct Document;

/// A page of a favourite's history.
#[derive(Serialize, ToSchema)]
#[schema(as = FavoriteHistory)]
struct Body {
    snapshots: Vec<PastStateView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// A favourite's states, oldest first: the one when it was added and one for each change.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}/favorites/{product_id}/history", tag = "Favourites", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn history(
    State(state): State<History>,
    UserOrAdmin(caller): UserOrAdmin,
    source: RequestSource,
    PathIds(customer, product): PathIds<CustomerId, ProductId>,
    Query(paging): Query<Paging>,
) -> Result<Response, ApiError> {
    let (found, favorite) =
        tokio::join!(state.customers.find(caller, customer, &source), state.favorites.get(customer, &product),);
    found?;
    let favorite = favorite?.ok_or(Error::NotFound)?;
    // The cursor is bound to this favourite: a product that is removed and added again starts a new
    // history.
    let scope = format!("history {} {customer} {}", caller.id, favorite.id);
    let after = paging.position(&state.cursors, &scope)?.map(instant).transpose()?;

    // The first state is stored in the favourite and not in the history.
    let mut states = if after.is_some() { Vec::new() } else { vec![favorite.initial_state()] };
    let remaining = paging.limit.get() - states.len();
    let page = state.favorites.history(customer, &favorite, remaining, after).await?;
    states.extend(page.states);
    let last = states.last().filter(|_| page.has_more).map(|state| state.at.as_millisecond().to_be_bytes());
    let next_cursor = last.map(|position| state.cursors.seal(&scope, &position)).transpose()?;
    let body = Body { snapshots: states.iter().map(PastStateView::from).collect(), next_cursor };
    let path = ROUTE.path.replace("{customer_id}", &customer.to_string());
    let path = path.replace("{product_id}", product.as_str());
    Ok(page_response(&path, &paging.link_parameters(), body.next_cursor.as_deref(), &body))
}

fn instant(position: Vec<u8>) -> Result<Timestamp, Error> {
    let position = position.try_into().map_err(|_| Error::BadCursor)?;
    Timestamp::from_millisecond(i64::from_be_bytes(position)).map_err(|_| Error::BadCursor)
}
