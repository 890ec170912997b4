use jiff::Timestamp;

use super::{Email, Invalid, UserId};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The address it was registered with.
    pub email: Email,
    /// What it may do.
    pub role: Role,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// What sign-in needs to know of an account, found by e-mail alone.
#[derive(Clone)]
pub struct Credential {
    /// The account.
    pub user_id: UserId,
    /// The password's hash, a PHC string.
    pub password_hash: String,
    /// What the account may do; goes into the access token.
    pub role: Role,
    /// An administrator has shut the account.
    pub disabled: bool,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its own things.
    User,
    /// Everything.
    Admin,
}

impl Role {
    /// Reads `user` or `admin`.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(Invalid::new("invalid_choice", "must be user or admin")),
        }
    }

    /// The word that [`Role::parse`] reads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}
