//! `POST /v1/customers/{customer_id}/favorites/refresh` — asks for a customer's favourites to be refreshed soon.
//!
//! Who: the customer's owner. Limit: `customers:write`, by user. DynamoDB: one read, and a query of the favourites, which are
//! all read. SQS: a call for each 250 of them, and one for the event. The catalogue: not from here; `catalog-worker` asks it, at
//! its rate. 202 with how many are queued; 401; 404; 429; 503 when SQS does not take them, and asking again does no harm.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use serde::Serialize;
use shared::{
    audit::Audit,
    catalog::RefreshQueue,
    clock::Clock,
    domain::{Act, CustomerId, Error, Origin},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, PathId},
        routes::FAVORITES_REFRESH,
        stack,
    },
    store::{Customers, Favorites},
};

shared::holds! {
    /// What it takes to ask for a refresh.
    pub struct Refresh {
        http: Http,
        authenticator: Authenticator,
        audit: Audit,
        clock: Clock,
        customers: Customers,
        favorites: Favorites,
        queue: RefreshQueue,
    }
}

/// For the longest lists. Less than the function's timeout in `template.yaml`.
const LIMIT: Duration = Duration::from_secs(8);

/// The function's router.
pub fn router(parts: Refresh) -> Router {
    stack::slow_route(&FAVORITES_REFRESH, LIMIT, refresh, parts)
}

#[derive(Serialize)]
struct Body {
    queued: usize,
}

async fn refresh(
    State(parts): State<Refresh>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
) -> Result<impl IntoResponse, ApiError> {
    parts.customers.get(caller.id, id).await?.ok_or(Error::NotFound)?;
    let products = parts.favorites.product_ids(id).await?;
    parts.queue.ask(Some(id), parts.clock.now(), &products).await?;
    let queued = products.len();
    let act = Act::refresh_requested(caller.id, id, u64::try_from(queued).unwrap_or(u64::MAX));
    parts.audit.note(act, &origin).await?;
    Ok((StatusCode::ACCEPTED, Json(Body { queued })))
}
