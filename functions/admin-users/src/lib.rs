//! `GET /v1/admin/users` — lists all accounts, newest first, or finds one by e-mail address.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the caller's role, one query of a keys-only index and two batch reads.
//! - SQS: one request with the audit event `admin.viewed`.
//! - Responses: 200 with `Link` to the next page; 400 for an invalid cursor; 401; 403; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::CursorKey,
    domain::{AuditAction, Error, RequestSource, TargetType, UserId},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{Admin, Paging, PagingOrEmail, Query},
        page_response, schema, stack,
        views::AccountView,
    },
    store::{AccountPage, Users},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct ListUsers {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        cursors: CursorKey,
    }
}

/// Creates the router of the function.
pub fn router(state: ListUsers) -> Router {
    stack::route(&ROUTE, users, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(users))]
pub struct Document;

/// A page of accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountPage)]
struct Body {
    users: Vec<AccountView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// Lists all accounts, newest first.
///
/// With `email`, the list contains the account with that e-mail address, or nothing. A page has at
/// most 28 entries.
#[utoipa::path(
    get, path = "/v1/admin/users", tag = "Administration", security(("bearer" = ["admin"])),
    params(PagingOrEmail, Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn users(
    State(state): State<ListUsers>,
    admin: Admin,
    source: RequestSource,
    Query(query): Query<PagingOrEmail>,
) -> Result<Response, ApiError> {
    state.audit.record_now(AuditAction::viewed(admin.id, TargetType::Accounts, None), &source).await?;
    let scope = format!("users {}", admin.id);
    let page = if let Some(email) = &query.email {
        // A lookup has no next page, so a cursor belongs to another query and is rejected.
        query.paging.position(&state.cursors, &format!("{scope} {}", email.as_str()))?;
        let account = state.users.account_by_email(email).await?;
        AccountPage { accounts: account.into_iter().collect(), next: None }
    } else {
        let id_at = |position: Vec<u8>| UserId::from_bytes(&position).ok_or(Error::BadCursor);
        let after = query.paging.position(&state.cursors, &scope)?.map(id_at).transpose()?;
        state.users.list(query.paging.limit, after).await?
    };
    let next_cursor = page.next.map(|id| state.cursors.seal(&scope, id.as_bytes())).transpose()?;
    let users = page.accounts.iter().map(AccountView::from).collect();
    let body = Body { users, next_cursor };
    Ok(page_response(ROUTE.path, &query.paging.link_parameters(), body.next_cursor.as_deref(), &body))
}
