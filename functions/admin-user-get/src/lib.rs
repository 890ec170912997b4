//! `GET /v1/admin/users/{user_id}` — one account.
//!
//! Who: an administrator. DynamoDB: session and role, then the account's two items. 200; 401; 403; 404.

use axum::{Json, Router, extract::State};
use shared::{
    domain::{Error, UserId},
    http::{
        ApiError, Authenticator, Http,
        extract::{Admin, PathId},
        routes::ADMIN_USER_GET,
        stack,
        wire::WireAccount,
    },
    store::Users,
};

shared::holds! {
    /// What it takes to see an account.
    pub struct GetUser { http: Http, authenticator: Authenticator, users: Users }
}

/// The function's router.
pub fn router(parts: GetUser) -> Router {
    stack::route(&ADMIN_USER_GET, get_user, parts)
}

async fn get_user(
    State(parts): State<GetUser>,
    _admin: Admin,
    PathId(id): PathId<UserId>,
) -> Result<Json<WireAccount>, ApiError> {
    let account = parts.users.account(id).await?.ok_or(Error::NotFound)?;
    Ok(Json(WireAccount::from(&account)))
}
