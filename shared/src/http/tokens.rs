//! What sign-in and refresh answer.

use jiff::Timestamp;
use serde::Serialize;

use super::wire::StatusOk;
use crate::{
    auth::{AccessToken, RefreshToken, Signer},
    domain::{Error, Role, Session},
};

/// New tokens of a session.
#[derive(Serialize)]
pub struct TokensBody {
    status: StatusOk,
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: String,
    refresh_expires_in: i64,
}

impl TokensBody {
    /// Signs an access token for the session.
    ///
    /// # Errors
    /// [`Error::Internal`]; not expected.
    pub fn new(
        signer: &Signer,
        session: &Session,
        role: Role,
        refresh_token: &RefreshToken,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let token = AccessToken { user_id: session.user_id, session_id: session.id, role };
        Ok(Self {
            status: StatusOk,
            access_token: signer.sign(&token, now)?,
            token_type: "bearer",
            expires_in: signer.lifetime_seconds(),
            refresh_token: refresh_token.expose(),
            refresh_expires_in: session.refresh_expires_at.duration_since(now).as_secs(),
        })
    }
}
