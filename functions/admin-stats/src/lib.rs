//! `GET /v1/admin/stats` — total numbers of accounts, items, customers, favourites and events.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the role, and one query of the counters that are updated with each
//!   stored event (docs/adr/0015-audit-trail-sharded-by-event-id.md).
//! - SQS: one request, because such reads are audited.
//! - Responses: 200; 401; 403; 429.

pub mod route;

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    audit::Audit,
    clock::Clock,
    domain::{AuditAction, RequestSource, TargetType, rfc3339},
    http::{ApiError, Authenticator, HttpSettings, extract::Admin, schema, stack, views::StatusOk},
    store::Trail,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Stats { http: HttpSettings, authenticator: Authenticator, audit: Audit, clock: Clock, trail: Trail }
}

/// The function's router.
pub fn router(state: Stats) -> Router {
    stack::route(&ROUTE, stats, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(stats))]
pub struct Document;

/// The total numbers of accounts, watchlist items, customers, favourites and audit events.
#[derive(Serialize, ToSchema)]
#[schema(as = Stats)]
struct Response {
    status: StatusOk,
    users: u64,
    watchlist_items: u64,
    customers: u64,
    favorites: u64,
    audit_events: u64,
    /// The time of the response.
    #[schema(value_type = schema::Timestamp)]
    as_of: String,
}

/// The total numbers of accounts, watchlist items, customers, favourites and audit events.
#[utoipa::path(
    get, path = "/v1/admin/stats", tag = "Administration", security(("bearer" = ["admin"])),
    responses((status = 200, body = Response)),
)]
async fn stats(State(state): State<Stats>, admin: Admin, source: RequestSource) -> Result<Json<Response>, ApiError> {
    let totals = state.trail.totals().await?;
    state.audit.record_now(AuditAction::viewed(admin.id, TargetType::Stats, None), &source).await?;
    Ok(Json(Response {
        status: StatusOk,
        users: totals.users,
        watchlist_items: totals.watchlist_items,
        customers: totals.customers,
        favorites: totals.favorites,
        audit_events: totals.audit_events,
        as_of: rfc3339(state.clock.now()),
    }))
}
