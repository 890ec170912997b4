//! `GET /v1/admin/users` — all accounts, newest first, or the one with an address.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, then one query of a keys-only index and two
//! batches of reads. SQS: one call. 200 with `Link` to the next page; 400 for a bad cursor; 401; 403; 422; 429.

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::CursorKey,
    domain::{Act, Error, Origin, TargetType, UserId},
    http::{
        ApiError, Authenticator, Http,
        extract::{Admin, Paging, PagingOrEmail, Query},
        page_answer,
        routes::ADMIN_USERS,
        schema, stack,
        wire::WireAccount,
    },
    store::{AccountPage, Users},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to list accounts.
    pub struct ListUsers { http: Http, authenticator: Authenticator, audit: Audit, users: Users, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: ListUsers) -> Router {
    stack::route(&ADMIN_USERS, users, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(users))]
pub struct Document;

/// A page of accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountPage)]
struct Body {
    users: Vec<WireAccount>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// All accounts, newest first.
///
/// With `email` the list has the one account with that address, or none.
#[utoipa::path(
    get, path = "/v1/admin/users", tag = "Administration", security(("bearer" = ["admin"])),
    params(PagingOrEmail, Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn users(
    State(parts): State<ListUsers>,
    admin: Admin,
    origin: Origin,
    Query(query): Query<PagingOrEmail>,
) -> Result<Response, ApiError> {
    parts.audit.note(Act::viewed(admin.id, TargetType::Accounts, None), &origin).await?;
    let scope = format!("users {}", admin.id);
    let page = if let Some(email) = &query.email {
        // One account has no next page: whatever cursor comes along was given out for another query.
        query.paging.position(&parts.cursors, &format!("{scope} {}", email.as_str()))?;
        let account = parts.users.account_by_email(email).await?;
        AccountPage { accounts: account.into_iter().collect(), next: None }
    } else {
        let id_at = |position: Vec<u8>| UserId::from_bytes(&position).ok_or(Error::BadCursor);
        let after = query.paging.position(&parts.cursors, &scope)?.map(id_at).transpose()?;
        parts.users.page(query.paging.limit, after).await?
    };
    let next_cursor = page.next.map(|id| parts.cursors.seal(&scope, id.as_bytes())).transpose()?;
    let users = page.accounts.iter().map(WireAccount::from).collect();
    let body = Body { users, next_cursor };
    Ok(page_answer(ADMIN_USERS.path, &query.paging.kept(), body.next_cursor.as_deref(), &body))
}
