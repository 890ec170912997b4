//! `GET /v1/auth/me` — returns the caller's account.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `account`, by user.
//! - DynamoDB: one read.
//! - Responses: 200 with `ETag`; 304; 401; 429.

pub mod route;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::header;
use serde::Serialize;
use shared::{
    domain::{Error, User, rfc3339},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{CurrentUser, IfNoneMatch},
        schema, stack,
    },
    store::Users,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Me { http: HttpSettings, authenticator: Authenticator, users: Users }
}

/// Creates the router of the function.
pub fn router(state: Me) -> Router {
    stack::route(&ROUTE, me, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(me))]
pub struct Document;

/// The caller's account.
#[derive(Serialize, ToSchema)]
struct Profile {
    #[schema(value_type = schema::Id)]
    id: String,
    #[schema(value_type = schema::Email)]
    email: String,
    #[schema(value_type = schema::Role)]
    role: &'static str,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
}

/// Returns your account.
#[utoipa::path(
    get, path = "/v1/auth/me", tag = "Account", security(("bearer" = [])),
    params(IfNoneMatch),
    responses((status = 200, body = Profile, headers(("ETag")))),
)]
async fn me(State(state): State<Me>, caller: CurrentUser, if_none_match: IfNoneMatch) -> Result<Response, ApiError> {
    // An account that was deleted after the session check is a 401, not a 404: its token is no
    // longer valid.
    let user = state.users.get(caller.id).await?.ok_or(Error::Unauthenticated("account gone"))?;
    let profile = Profile::from(&user);
    let etag = content_etag(&profile);
    if if_none_match.matches(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    Ok(([(header::ETAG, etag)], Json(profile)).into_response())
}

impl From<&User> for Profile {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            role: user.role.as_str(),
            created_at: rfc3339(user.created_at),
        }
    }
}
