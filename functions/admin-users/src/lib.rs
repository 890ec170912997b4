//! `GET /v1/admin/users` — all accounts, newest first, or the one with an address.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, then one query of a keys-only index and two
//! batches of reads. SQS: one call. 200 with `Link` to the next page; 400 for a bad cursor; 401; 403; 422; 429.

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::CursorKey,
    domain::{Act, Email, Error, Origin, PageSize, TargetType, UserId},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{Admin, Fields},
        next_link,
        routes::ADMIN_USERS,
        stack,
        wire::WireAccount,
    },
    store::{AccountPage, Users},
};

shared::holds! {
    /// What it takes to list accounts.
    pub struct ListUsers { http: Http, authenticator: Authenticator, audit: Audit, users: Users, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: ListUsers) -> Router {
    stack::route(&ADMIN_USERS, users, parts)
}

struct UsersQuery {
    email: Option<Email>,
    limit: PageSize,
    cursor: Option<String>,
}

impl extract::KnownParameters for UsersQuery {
    const NAMES: &'static [&'static str] = &["email", "limit", "cursor"];
}

impl extract::FromFields for UsersQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.optional("email", Email::parse);
        let limit = fields.optional("limit", PageSize::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        Some(Self { email: email?, limit: limit?.unwrap_or_default(), cursor: cursor? })
    }
}

#[derive(Serialize)]
struct Body {
    users: Vec<WireAccount>,
    next_cursor: Option<String>,
}

async fn users(
    State(parts): State<ListUsers>,
    admin: Admin,
    origin: Origin,
    extract::Query(query): extract::Query<UsersQuery>,
) -> Result<Response, ApiError> {
    parts.audit.note(Act::viewed(admin.id, TargetType::Accounts, None), &origin).await?;
    let scope = format!("users {}", admin.id);
    let page = if let Some(email) = &query.email {
        let account = parts.users.account_by_email(email).await?;
        AccountPage { accounts: account.into_iter().collect(), next: None }
    } else {
        let after = query.cursor.as_deref().map(|cursor| position(&parts.cursors, &scope, cursor)).transpose()?;
        parts.users.page(query.limit, after).await?
    };
    let next_cursor = page.next.map(|id| parts.cursors.seal(&scope, id.as_bytes())).transpose()?;
    let mut headers = HeaderMap::new();
    let kept = [("limit", query.limit.get().to_string())];
    let link =
        next_cursor.as_ref().and_then(|cursor| HeaderValue::try_from(next_link(ADMIN_USERS.path, &kept, cursor)).ok());
    headers.extend(link.map(|link| (header::LINK, link)));
    let users = page.accounts.iter().map(WireAccount::from).collect();
    Ok((headers, Json(Body { users, next_cursor })).into_response())
}

fn position(cursors: &CursorKey, scope: &str, cursor: &str) -> Result<UserId, Error> {
    UserId::from_bytes(&cursors.open(scope, cursor)?).ok_or(Error::BadCursor)
}
