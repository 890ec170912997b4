//! `GET /v1/admin/audit` — the audit trail of all accounts or of one, newest first.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the role, then one query per shard of the index, or one query of the
//!   account's trail. With an `action` filter, up to four times as many queries. At most
//!   60 read units.
//! - SQS: one request, because such reads are audited.
//! - Responses: 200 with `Link` to the next page, as CSV for `Accept: text/csv`; 400 for an invalid
//!   cursor; 401; 403; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::CursorKey,
    clock::Clock,
    domain::{AuditAction, RequestSource, TargetType},
    http::{
        ApiError, Authenticator, HttpSettings,
        audit_page::{self, AdminAuditQuery, AuditPageView, AuditQuery, TrailAccess},
        extract::{Accept, Admin, Query},
        stack,
    },
    store::Trail,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct ReadAudit { http: HttpSettings, authenticator: Authenticator, audit: Audit, clock: Clock, trail: Trail, cursors: CursorKey }
}

/// The function's router.
pub fn router(state: ReadAudit) -> Router {
    stack::route(&ROUTE, read_audit, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(read_audit))]
pub struct Document;

/// The audit trail of all accounts or of one account, newest first.
///
/// With `Accept: text/csv`, the response is CSV (RFC 4180). New events appear within seconds. A
/// page may have fewer events than `limit`, or none, and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/v1/admin/audit", tag = "Administration", security(("bearer" = ["admin"])),
    params(AdminAuditQuery, AuditQuery),
    responses(
        (status = 200, content((AuditPageView = "application/json"), (String = "text/csv")), headers(("Content-Disposition"), ("Link"))),
    ),
)]
async fn read_audit(
    State(state): State<ReadAudit>,
    admin: Admin,
    source: RequestSource,
    Query(query): Query<AdminAuditQuery>,
    accept: Accept,
) -> Result<Response, ApiError> {
    let access = TrailAccess { trail: &state.trail, cursors: &state.cursors, now: state.clock.now() };
    let page = audit_page::admin_page(admin.id, &query, access, ROUTE.path, accept).await?;
    state.audit.record_now(AuditAction::viewed(admin.id, TargetType::AuditTrail, query.user()), &source).await?;
    Ok(page)
}
