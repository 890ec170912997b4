use serde::{Deserialize, Serialize};

use crate::domain::{Role, SessionId, UserId};

/// The `typ` header of an access token (RFC 9068 §2.1). It ensures that no other kind of JWT is
/// accepted as an access token.
pub(super) const TYPE: &str = "at+jwt";

/// The content of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessToken {
    /// The account (`sub`).
    pub user_id: UserId,
    /// The session (`sid`).
    pub session_id: SessionId,
    /// The role when the token was signed (`role`). Admin routes read the role from the table
    /// instead.
    pub role: Role,
}

/// The time in which a token is accepted, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    /// The later of `nbf` and `iat`.
    pub(super) not_before: i64,
    /// `exp`.
    pub(super) expires_at: i64,
}

/// The signed claims. Times are in seconds since 1970.
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
