//! `GET /v1/admin/stats` — how much there is of everything.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, then one query of the counters that
//! `audit-worker` keeps (docs/adr/0015-audit-trail-sharded-by-event-id.md). SQS: one call. 200; 401; 403; 429.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    audit::Audit,
    clock::Clock,
    domain::{Act, Origin, TargetType, rfc3339},
    http::{ApiError, Authenticator, Http, extract::Admin, routes::ADMIN_STATS, schema, stack, wire::StatusOk},
    store::Trail,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to count.
    pub struct Stats { http: Http, authenticator: Authenticator, audit: Audit, clock: Clock, trail: Trail }
}

/// The function's router.
pub fn router(parts: Stats) -> Router {
    stack::route(&ADMIN_STATS, stats, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(stats))]
pub struct Document;

/// The numbers of things.
#[derive(Serialize, ToSchema)]
#[schema(as = Stats)]
struct Response {
    status: StatusOk,
    users: u64,
    watchlist_items: u64,
    customers: u64,
    favorites: u64,
    audit_events: u64,
    /// The time of the answer.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
}

/// How much there is of everything.
#[utoipa::path(
    get, path = "/v1/admin/stats", tag = "Administration", security(("bearer" = ["admin"])),
    responses((status = 200, body = Response)),
)]
async fn stats(State(parts): State<Stats>, admin: Admin, origin: Origin) -> Result<Json<Response>, ApiError> {
    let counts = parts.trail.counts().await?;
    parts.audit.note(Act::viewed(admin.id, TargetType::Stats, None), &origin).await?;
    Ok(Json(Response {
        status: StatusOk,
        users: counts.users,
        watchlist_items: counts.watchlist_items,
        customers: counts.customers,
        favorites: counts.favorites,
        audit_events: counts.audit_events,
        as_of: rfc3339(parts.clock.now()),
    }))
}
