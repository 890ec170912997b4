use serde::{Deserialize, Serialize};

use crate::domain::{Role, SessionId, UserId};

/// The `typ` header of an access token (RFC 9068 §2.1): no other kind of JWT that we might ever sign can be taken for
/// one.
pub(super) const TYPE: &str = "at+jwt";

/// Whom an access token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessToken {
    /// The account (`sub`).
    pub user_id: UserId,
    /// The sign-in it came from (`sid`).
    pub session_id: SessionId,
    /// The role when it was signed (`role`). Admin routes read the role from the store instead.
    pub role: Role,
}

/// The claims as they are signed; times in seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: String,
    pub(super) sid: String,
    pub(super) jti: String,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
    pub(super) role: String,
}
