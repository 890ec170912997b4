//! `GET /v1/auth/me` — the signed-in account.
//!
//! Who: a signed-in user. DynamoDB: the session, then one read. 200; 401.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    domain::{Error, User, rfc3339},
    http::{ApiError, Authenticator, Http, extract::CurrentUser, routes::AUTH_ME, stack},
    store::Users,
};

shared::holds! {
    /// What it takes to show an account to its owner.
    pub struct Me { http: Http, authenticator: Authenticator, users: Users }
}

/// The function's router.
pub fn router(parts: Me) -> Router {
    stack::route(&AUTH_ME, me, parts)
}

#[derive(Serialize)]
struct Response {
    id: String,
    email: String,
    role: &'static str,
    created_at: String,
}

async fn me(State(parts): State<Me>, caller: CurrentUser) -> Result<Json<Response>, ApiError> {
    // A token outlives its account by minutes at most; it is then a credential like any other that is no good.
    let user = parts.users.get_user(caller.id).await?.ok_or(Error::Unauthenticated("account gone"))?;
    Ok(Json(Response::from(&user)))
}

impl From<&User> for Response {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            role: user.role.as_str(),
            created_at: rfc3339(user.created_at),
        }
    }
}
