//! `GET /v1/auth/audit` — the caller's own audit trail, newest first.
//!
//! Who: a signed-in user. Limit: `account`, by user. DynamoDB: one query, a few more when an action is looked for. 200 with
//! `Link` to the next page, as CSV for `Accept: text/csv`; 400 for a bad cursor; 401; 422; 429.

use axum::{Router, extract::State, response::Response};
use shared::{
    auth::CursorKey,
    clock::Clock,
    http::{
        ApiError, Authenticator, Http,
        audit_page::{self, AuditQuery, Body, Source},
        extract::{Accept, CurrentUser, Query},
        routes::AUTH_AUDIT,
        stack,
    },
    store::Trail,
};

shared::holds! {
    /// What it takes to read one's own trail.
    pub struct OwnAudit { http: Http, authenticator: Authenticator, clock: Clock, trail: Trail, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: OwnAudit) -> Router {
    stack::route(&AUTH_AUDIT, own_audit, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(own_audit))]
pub struct Document;

/// Your audit trail, newest first.
///
/// With `Accept: text/csv` the page is a table (RFC 4180). What was done shows after a second or two.
#[utoipa::path(
    get, path = "/v1/auth/audit", tag = "Account", security(("bearer" = [])),
    params(AuditQuery),
    responses(
        (status = 200, content((Body = "application/json"), (String = "text/csv")), headers(("Content-Disposition"), ("Link"))),
    ),
)]
async fn own_audit(
    State(parts): State<OwnAudit>,
    caller: CurrentUser,
    Query(query): Query<AuditQuery>,
    accept: Accept,
) -> Result<Response, ApiError> {
    let source = Source { trail: &parts.trail, cursors: &parts.cursors, now: parts.clock.now() };
    Ok(audit_page::own(caller.id, &query, source, AUTH_AUDIT.path, accept).await?)
}
