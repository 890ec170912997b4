use std::fmt;

use super::Invalid;

/// A password in clear text, for hashing and comparing only. Any Unicode text, never trimmed or
/// truncated.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The minimum length in characters.
    pub const MIN_CHARS: usize = 8;
    /// The maximum length in characters.
    pub const MAX_CHARS: usize = 128;

    /// Parses a new password: 8 to 128 characters.
    ///
    /// # Errors
    /// The password is shorter or longer. [`crate::auth::strength`] checks its strength.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            0..Self::MIN_CHARS => Err(Invalid::new("too_short", "must have at least 8 characters")),
            Self::MIN_CHARS..=Self::MAX_CHARS => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("too_long", "must have at most 128 characters")),
        }
    }

    /// Accepts any text as a password to compare. A text that no account can have as its password
    /// is rejected like every wrong password, after the same work.
    ///
    /// # Errors
    /// Never. The signature is that of [`Password::parse`].
    pub fn unvalidated(text: &str) -> Result<Self, Invalid> {
        Ok(Self(text.to_owned()))
    }

    /// The password as the client sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_not_bytes() {
        assert!(Password::parse(&"ü".repeat(8)).is_ok());
        assert!(Password::parse(&"ü".repeat(128)).is_ok());
        assert_eq!(Password::parse(&"ü".repeat(7)).unwrap_err().code, "too_short");
        assert_eq!(Password::parse(&"ü".repeat(129)).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_password_is_never_trimmed() {
        assert_eq!(Password::parse("  spaced  ").unwrap().as_str(), "  spaced  ");
    }

    #[test]
    fn debug_output_hides_the_password() {
        assert!(!format!("{:?}", Password::parse("hunter2hunter2").unwrap()).contains("hunter"));
    }
}
