//! `POST /v1/customers/{customer_id}/favorites/refresh` — enqueues a customer's favourites for a
//! refresh.
//!
//! - Caller: the customer's owner.
//! - Rate limit: `customers:write`, by user.
//! - DynamoDB: one read, one query of all favourites, and one write when there are more than 100.
//! - SQS: one request per 250 favourites and one for the audit event.
//! - Catalogue: no request. `catalog-worker` fetches the products at its own rate.
//! - Responses: 202 with the number of enqueued favourites, which is 0 when a list of more than 100
//!   was enqueued too recently; 401; 404; 429; 503 when SQS did not accept the messages. A retry is
//!   safe.

pub mod route;

use std::time::Duration;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use jiff::SignedDuration;
use serde::Serialize;
use shared::{
    audit::Audit,
    clock::Clock,
    domain::{AuditAction, CustomerId, Error, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{CurrentUser, PathId},
        stack,
    },
    services::catalog::RefreshQueue,
    store::{Customers, Favorites},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Refresh {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        clock: Clock,
        customers: Customers,
        favorites: Favorites,
        queue: RefreshQueue,
    }
}

/// Long enough for the largest lists. Shorter than the function's timeout in `template.yaml`.
const LIMIT: Duration = Duration::from_secs(8);

/// The function's router.
pub fn router(state: Refresh) -> Router {
    stack::route_with_deadline(&ROUTE, LIMIT, refresh, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(refresh))]
pub struct Document;

/// The time during which a list of more than 100 favourites cannot be enqueued again: a tenth of a
/// second for each one above 100, which is the time that the workers need for it. Without a pause,
/// one caller could occupy the workers.
fn pause_after(queued: usize) -> Option<SignedDuration> {
    const WITHOUT_PAUSE: usize = 100;
    let above = queued.checked_sub(WITHOUT_PAUSE + 1)? + 1;
    Some(SignedDuration::from_millis(100) * i32::try_from(above).unwrap_or(i32::MAX))
}

/// An accepted refresh.
#[derive(Serialize, ToSchema)]
#[schema(as = QueuedRefresh)]
struct Body {
    /// The number of favourites that were enqueued.
    #[schema(value_type = u64)]
    queued: usize,
}

/// Enqueues a customer's favourites for a refresh.
///
/// The refresh happens in the background: read the favourites again later. After a list of more
/// than 100 favourites was enqueued, further requests enqueue nothing until its refresh can be
/// complete.
#[utoipa::path(
    post, path = "/v1/customers/{customer_id}/favorites/refresh", tag = "Favourites", security(("bearer" = [])),
    responses((status = 202, body = Body)),
)]
async fn refresh(
    State(state): State<Refresh>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
) -> Result<impl IntoResponse, ApiError> {
    let now = state.clock.now();
    let pause = state.customers.refresh_pause(caller.id, id).await?.ok_or(Error::NotFound)?;
    if pause.ends_at.is_some_and(|ends_at| now < ends_at) {
        return Ok((StatusCode::ACCEPTED, Json(Body { queued: 0 })));
    }
    let products = state.favorites.product_ids(id).await?;
    state.queue.enqueue(Some(id), now, &products).await?;
    let queued = products.len();
    if let Some(pause) = pause_after(queued) {
        let ends_at = now.saturating_add(pause).unwrap_or(now);
        state
            .customers
            .set_refresh_pause(caller.id, id, ends_at)
            .await
            .map_err(|error| error.conflict_as(Error::NotFound))?;
    }
    let action = AuditAction::refresh_requested(caller.id, id, u64::try_from(queued).unwrap_or(u64::MAX));
    state.audit.record_now(action, &source).await?;
    Ok((StatusCode::ACCEPTED, Json(Body { queued })))
}
