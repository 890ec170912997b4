//! `GET /v1/auth/audit` — the caller's own audit trail, newest first.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `account`, by user.
//! - DynamoDB: one query. With an `action` filter, up to four. At most 60 read units.
//! - Responses: 200 with `Link` to the next page, as CSV for `Accept: text/csv`; 400 for an invalid
//!   cursor; 401; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    clock::Clock,
    http::{
        ApiError, Authenticator, HttpSettings,
        audit_page::{self, AuditPageView, AuditQuery, TrailAccess},
        extract::{Accept, CurrentUser, Query},
        stack,
    },
    store::Trail,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct OwnAudit { http: HttpSettings, authenticator: Authenticator, clock: Clock, trail: Trail, cursors: CursorKey }
}

/// The function's router.
pub fn router(state: OwnAudit) -> Router {
    stack::route(&ROUTE, own_audit, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(own_audit))]
pub struct Document;

/// Your audit trail, newest first.
///
/// With `Accept: text/csv`, the response is CSV (RFC 4180). New events appear within seconds. A
/// page may have fewer events than `limit`, or none, and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/v1/auth/audit", tag = "Account", security(("bearer" = [])),
    params(AuditQuery),
    responses(
        (status = 200, content((AuditPageView = "application/json"), (String = "text/csv")), headers(("Content-Disposition"), ("Link"))),
    ),
)]
async fn own_audit(
    State(state): State<OwnAudit>,
    caller: CurrentUser,
    Query(query): Query<AuditQuery>,
    accept: Accept,
) -> Result<Response, ApiError> {
    let access = TrailAccess { trail: &state.trail, cursors: &state.cursors, now: state.clock.now() };
    Ok(audit_page::own_page(caller.id, &query, access, ROUTE.path, accept).await?)
}
