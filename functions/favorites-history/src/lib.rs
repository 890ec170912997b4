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
    customers::CustomerReader,
    domain::{CustomerId, Error, Origin, PageSize, ProductId},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{Fields, PathIds, Viewer},
        page_answer,
        routes::FAVORITES_HISTORY,
        stack,
        wire::WirePastState,
    },
    store::Favorites,
};

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

struct HistoryQuery {
    limit: PageSize,
    cursor: Option<String>,
}

impl extract::KnownParameters for HistoryQuery {
    const NAMES: &'static [&'static str] = &["limit", "cursor"];
}

impl extract::FromFields for HistoryQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let limit = fields.optional("limit", PageSize::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        Some(Self { limit: limit?.unwrap_or_default(), cursor: cursor? })
    }
}

#[derive(Serialize)]
struct Body {
    snapshots: Vec<WirePastState>,
    next_cursor: Option<String>,
}

async fn history(
    State(parts): State<History>,
    Viewer(viewer): Viewer,
    origin: Origin,
    PathIds(customer, product): PathIds<CustomerId, ProductId>,
    extract::Query(query): extract::Query<HistoryQuery>,
) -> Result<Response, ApiError> {
    let (found, favorite) =
        tokio::join!(parts.customers.find(viewer, customer, &origin), parts.favorites.get(customer, &product),);
    found?;
    let favorite = favorite?.ok_or(Error::NotFound)?;
    // A product that is favourited again has another history, where this one's cursors lead nowhere.
    let scope = format!("history {} {customer} {}", viewer.id, favorite.id);
    let after = query.cursor.as_deref().map(|cursor| position(&parts.cursors, &scope, cursor)).transpose()?;

    // The frozen state stands in the favourite and comes first.
    let mut states = if after.is_some() { Vec::new() } else { vec![favorite.as_it_was()] };
    let left = query.limit.get() - states.len();
    let page = parts.favorites.history(customer, &favorite, left, after).await?;
    states.extend(page.states);
    let last = states.last().filter(|_| page.has_more).map(|state| state.at.as_millisecond().to_be_bytes());
    let next_cursor = last.map(|position| parts.cursors.seal(&scope, &position)).transpose()?;
    let body = Body { snapshots: states.iter().map(WirePastState::from).collect(), next_cursor };
    let path = FAVORITES_HISTORY.path.replace("{customer_id}", &customer.to_string());
    let path = path.replace("{product_id}", product.as_str());
    let kept = [("limit", query.limit.get().to_string())];
    Ok(page_answer(&path, &kept, body.next_cursor.as_deref(), &body))
}

fn position(cursors: &CursorKey, scope: &str, cursor: &str) -> Result<Timestamp, Error> {
    let position = cursors.open(scope, cursor)?.try_into().map_err(|_| Error::BadCursor)?;
    Timestamp::from_millisecond(i64::from_be_bytes(position)).map_err(|_| Error::BadCursor)
}
