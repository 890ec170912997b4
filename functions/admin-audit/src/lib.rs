//! `GET /v1/admin/audit` — the audit trail, newest first: everybody's, or that of one account.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, then one query of each shard of the index, or of one
//! account's trail; a few more when an action is looked for. SQS: one call. 200 with `Link` to the next page, as CSV for
//! `Accept: text/csv`; 400 for a bad cursor; 401; 403; 422; 429.

use axum::{Router, extract::State, response::Response};
use shared::{
    audit::Audit,
    auth::CursorKey,
    clock::Clock,
    domain::{Act, Origin, TargetType},
    http::{
        ApiError, Authenticator, Http,
        audit_page::{self, AdminAuditQuery, AuditQuery, Body, Source},
        extract::{Accept, Admin, Query},
        routes::ADMIN_AUDIT,
        stack,
    },
    store::Trail,
};

shared::holds! {
    /// What it takes to read everybody's trail.
    pub struct ReadAudit { http: Http, authenticator: Authenticator, audit: Audit, clock: Clock, trail: Trail, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: ReadAudit) -> Router {
    stack::route(&ADMIN_AUDIT, read_audit, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(read_audit))]
pub struct Document;

/// The audit trail, newest first: everybody's, or that of one account.
///
/// With `Accept: text/csv` the page is a table (RFC 4180). What was done shows after a second or two.
#[utoipa::path(
    get, path = "/v1/admin/audit", tag = "Administration", security(("bearer" = ["admin"])),
    params(AdminAuditQuery, AuditQuery),
    responses(
        (status = 200, content((Body = "application/json"), (String = "text/csv")), headers(("Content-Disposition"), ("Link"))),
    ),
)]
async fn read_audit(
    State(parts): State<ReadAudit>,
    admin: Admin,
    origin: Origin,
    Query(query): Query<AdminAuditQuery>,
    accept: Accept,
) -> Result<Response, ApiError> {
    let source = Source { trail: &parts.trail, cursors: &parts.cursors, now: parts.clock.now() };
    let page = audit_page::admin(admin.id, &query, source, ADMIN_AUDIT.path, accept).await?;
    parts.audit.note(Act::viewed(admin.id, TargetType::AuditTrail, query.user()), &origin).await?;
    Ok(page)
}
