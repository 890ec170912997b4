//! The response of sign-in and refresh.

use axum::{
    Json,
    response::{AppendHeaders, IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{extract::RefreshCookie, schema, views::StatusOk};
use crate::{
    auth::{AccessToken, RefreshToken, Signer},
    domain::{Error, Role, Session},
};

/// The new tokens of a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensBody {
    status: StatusOk,
    #[schema(value_type = schema::AccessToken)]
    access_token: String,
    #[schema(value_type = String, examples("bearer"))]
    token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    expires_in: u32,
    /// Absent when the token is set as a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::RefreshToken)]
    refresh_token: Option<String>,
    /// The lifetime of the refresh token, in seconds, unless it is used before.
    refresh_expires_in: i64,
}

/// Signs an access token for the session and returns it with the refresh token, which is in the
/// cookie when there is one, and otherwise in the body.
///
/// # Errors
/// [`Error::Internal`]; not expected.
pub fn response(
    signer: &Signer,
    session: &Session,
    role: Role,
    refresh_token: &RefreshToken,
    cookie: Option<&RefreshCookie>,
    now: Timestamp,
) -> Result<Response, Error> {
    let token = AccessToken { user_id: session.user_id, session_id: session.id, role };
    let refresh_expires_in = session.refresh_expires_at.duration_since(now).as_secs();
    let body = TokensBody {
        status: StatusOk,
        access_token: signer.sign(&token, now)?,
        token_type: "bearer",
        expires_in: signer.lifetime_seconds(),
        refresh_token: cookie.is_none().then(|| refresh_token.expose()),
        refresh_expires_in,
    };
    let set_cookie = cookie.and_then(|cookie| cookie.set(refresh_token, refresh_expires_in));
    Ok((AppendHeaders(set_cookie), Json(body)).into_response())
}
