//! What sign-in and refresh answer.

use axum::{
    Json,
    response::{AppendHeaders, IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{extract::RefreshCookie, schema, wire::StatusOk};
use crate::{
    auth::{AccessToken, RefreshToken, Signer},
    domain::{Error, Role, Session},
};

/// New tokens of a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensBody {
    status: StatusOk,
    #[schema(value_type = schema::AccessToken)]
    access_token: String,
    #[schema(value_type = String, examples("bearer"))]
    token_type: &'static str,
    /// The access token is good for so many seconds.
    expires_in: u32,
    /// Not there when it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::RefreshToken)]
    refresh_token: Option<String>,
    /// The refresh token is good for so many seconds, if it is not used before.
    refresh_expires_in: i64,
}

/// Signs an access token for the session and answers with it and the refresh token: in the body, or in the cookie if there is to
/// be one.
///
/// # Errors
/// [`Error::Internal`]; not expected.
pub fn answer(
    signer: &Signer,
    (session, role): (&Session, Role),
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
    let kept = cookie.and_then(|cookie| cookie.keep(refresh_token, refresh_expires_in));
    Ok((AppendHeaders(kept), Json(body)).into_response())
}
