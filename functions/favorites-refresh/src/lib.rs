//! `POST /v1/customers/{customer_id}/favorites/refresh` — asks for a customer's favourites to be refreshed soon.
//!
//! Who: the customer's owner. Limit: `customers:write`, by user. DynamoDB: one read, a query of the favourites, which are all
//! read, and one write for a list of more than a hundred. SQS: a call for each 250 of them, and one for the event. The catalogue:
//! not from here; `catalog-worker` asks it, at its rate. 202 with how many are queued, which is none when such a list was queued a
//! moment ago; 401; 404; 429; 503 when SQS does not take them, and asking again does no harm.

use std::time::Duration;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use jiff::SignedDuration;
use serde::Serialize;
use shared::{
    audit::Audit,
    clock::Clock,
    domain::{Act, CustomerId, Error, Origin},
    http::{
        ApiError, Authenticator, Http,
        extract::{CurrentUser, PathId},
        routes::FAVORITES_REFRESH,
        stack,
    },
    services::catalog::RefreshQueue,
    store::{Customers, Favorites},
};
use utoipa::ToSchema;

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

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(refresh))]
pub struct Document;

/// A long list is not queued again before it can have been done, at ten products a second: else whoever asks again and again
/// would keep the workers from everybody else's.
fn pause_after(queued: usize) -> Option<SignedDuration> {
    const AT_ANY_TIME: usize = 100;
    let more = queued.checked_sub(AT_ANY_TIME + 1)? + 1;
    Some(SignedDuration::from_millis(100) * i32::try_from(more).unwrap_or(i32::MAX))
}

/// What will be done.
#[derive(Serialize, ToSchema)]
#[schema(as = QueuedRefresh)]
struct Body {
    /// How many favourites are queued.
    #[schema(value_type = u64)]
    queued: usize,
}

/// Asks for a customer's favourites to be refreshed soon.
///
/// The answer does not wait for the catalogue: read the favourites again after a while. A list of more than a hundred is not queued
/// again before it can have been done.
#[utoipa::path(
    post, path = "/v1/customers/{customer_id}/favorites/refresh", tag = "Favourites", security(("bearer" = [])),
    responses((status = 202, body = Body)),
)]
async fn refresh(
    State(parts): State<Refresh>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
) -> Result<impl IntoResponse, ApiError> {
    let (now, again_at) = (parts.clock.now(), parts.customers.refresh_again_at(caller.id, id).await?);
    if again_at.ok_or(Error::NotFound)?.is_some_and(|again_at| now < again_at) {
        return Ok((StatusCode::ACCEPTED, Json(Body { queued: 0 })));
    }
    let products = parts.favorites.product_ids(id).await?;
    parts.queue.ask(Some(id), now, &products).await?;
    let queued = products.len();
    if let Some(pause) = pause_after(queued) {
        let again_at = now.saturating_add(pause).unwrap_or(now);
        parts
            .customers
            .set_refresh_again_at(caller.id, id, again_at)
            .await
            .map_err(|error| error.or_conflict(Error::NotFound))?;
    }
    let act = Act::refresh_requested(caller.id, id, u64::try_from(queued).unwrap_or(u64::MAX));
    parts.audit.note(act, &origin).await?;
    Ok((StatusCode::ACCEPTED, Json(Body { queued })))
}
