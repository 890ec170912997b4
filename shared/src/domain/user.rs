use std::fmt;

use jiff::Timestamp;

use super::{Email, Lockout, Invalid, UserId};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The address it was registered with.
    pub email: Email,
    /// What it may do.
    pub role: Role,
    /// An administrator has shut it.
    pub disabled: bool,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// What sign-in needs to know of an account, found by e-mail alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The account.
    pub user_id: UserId,
    /// The address it is found by.
    pub email: Email,
    /// The password's hash.
    pub password: StoredPassword,
    /// What the account may do; goes into the access token.
    pub role: Role,
    /// An administrator has shut the account.
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub lockout: Lockout,
    /// When somebody last signed in.
    pub last_login_at: Option<Timestamp>,
}

/// A password as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword {
    /// The hash with its parameters, a PHC string.
    pub phc: String,
    /// The id of the pepper that went into the hash.
    pub pepper: Option<String>,
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword(..)")
    }
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
