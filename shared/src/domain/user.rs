use std::fmt;

use jiff::Timestamp;

use super::{Email, Invalid, Lockout, UserId};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The e-mail address.
    pub email: Email,
    /// The role.
    pub role: Role,
    /// The account is disabled: sign-in is rejected.
    pub disabled: bool,
    /// The time of the registration.
    pub created_at: Timestamp,
}

/// The part of an account that sign-in needs, found by e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The account.
    pub user_id: UserId,
    /// The e-mail address.
    pub email: Email,
    /// The password hash.
    pub password: StoredPassword,
    /// The role, which becomes a claim of the access token.
    pub role: Role,
    /// The account is disabled: sign-in is rejected.
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub lockout: Lockout,
    /// The time of the last sign-in.
    pub last_login_at: Option<Timestamp>,
}

/// A stored password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// The hash and its parameters as a PHC string.
    pub phc: String,
    /// The id of the pepper that the hash contains. `None` for a hash without one.
    pub pepper: Option<String>,
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword(..)")
    }
}

/// The role of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Access to its own data.
    User,
    /// Access to all data.
    Admin,
}

impl Role {
    /// Parses `user` or `admin`.
    ///
    /// # Errors
    /// The text is another word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(Invalid::new("invalid_choice", "must be user or admin")),
        }
    }

    /// The word that [`Role::parse`] accepts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}
