//! `GET /v1/customers/{customer_id}/favorites/{product_id}/history` — what a favourite was when it was added, and what it became,
//! oldest first.
//!
//! Who: the customer's owner, or an administrator. Limit: `customers:read`, by user. DynamoDB: the customer and the favourite,
//! then one strongly consistent query; for an administrator the role and two more reads. SQS: one call then. 200 with `Link` to
//! the next page; 400 for a bad cursor; 401; 404; 422; 429.

use axum::{Router, extract::State, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    auth::CursorKey,
    domain::{CustomerId, Error, Origin, ProductId},
    http::{
        ApiError, Authenticator, Http,
        extract::{Paging, PathIds, Query, Viewer},
        page_answer,
        routes::FAVORITES_HISTORY,
        schema, stack,
        wire::WirePastState,
    },
    services::customers::CustomerReader,
    store::Favorites,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to read a favourite's history.
    pub struct History {
        http: Http,
        authenticator: Authenticator,
        customers: CustomerReader,
        favorites: Favorites,
        cursors: CursorKey,
    }
}

/// The function's router.
pub fn router(parts: History) -> Router {
    stack::route(&FAVORITES_HISTORY, history, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(history))]
pub struct Document;

/// A page of a favourite's history.
#[derive(Serialize, ToSchema)]
#[schema(as = FavoriteHistory)]
struct Body {
    snapshots: Vec<WirePastState>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// What a favourite was when it was added and what it became, oldest first.
#[utoipa::path(
    get, path = "/v1/customers/{customer_id}/favorites/{product_id}/history", tag = "Favourites", security(("bearer" = [])),
    params(Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn history(
    State(parts): State<History>,
    Viewer(viewer): Viewer,
    origin: Origin,
    PathIds(customer, product): PathIds<CustomerId, ProductId>,
    Query(paging): Query<Paging>,
) -> Result<Response, ApiError> {
    let (found, favorite) =
        tokio::join!(parts.customers.find(viewer, customer, &origin), parts.favorites.get(customer, &product),);
    found?;
    let favorite = favorite?.ok_or(Error::NotFound)?;
    // A product that is favourited again has another history, where this one's cursors lead nowhere.
    let scope = format!("history {} {customer} {}", viewer.id, favorite.id);
    let after = paging.position(&parts.cursors, &scope)?.map(instant).transpose()?;

    // The frozen state stands in the favourite and comes first.
    let mut states = if after.is_some() { Vec::new() } else { vec![favorite.as_it_was()] };
    let left = paging.limit.get() - states.len();
    let page = parts.favorites.history(customer, &favorite, left, after).await?;
    states.extend(page.states);
    let last = states.last().filter(|_| page.has_more).map(|state| state.at.as_millisecond().to_be_bytes());
    let next_cursor = last.map(|position| parts.cursors.seal(&scope, &position)).transpose()?;
    let body = Body { snapshots: states.iter().map(WirePastState::from).collect(), next_cursor };
    let path = FAVORITES_HISTORY.path.replace("{customer_id}", &customer.to_string());
    let path = path.replace("{product_id}", product.as_str());
    Ok(page_answer(&path, &paging.kept(), body.next_cursor.as_deref(), &body))
}

fn instant(position: Vec<u8>) -> Result<Timestamp, Error> {
    let position = position.try_into().map_err(|_| Error::BadCursor)?;
    Timestamp::from_millisecond(i64::from_be_bytes(position)).map_err(|_| Error::BadCursor)
}
