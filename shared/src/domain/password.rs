use std::fmt;

use super::Invalid;

/// A password in clear text, on its way to the hash and nowhere else. Any Unicode, never trimmed or cut.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The shortest, in characters.
    pub const MIN_CHARS: usize = 8;
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Accepts 8 to 128 characters.
    ///
    /// # Errors
    /// Shorter or longer. Whether it is too easy to guess is decided by [`crate::auth::strength`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.chars().count() {
            0..Self::MIN_CHARS => Err(Invalid::new("too_short", "must have at least 8 characters")),
            Self::MIN_CHARS..=Self::MAX_CHARS => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new("too_long", "must have at most 128 characters")),
        }
    }

    /// Takes whatever was typed, for comparing: what no account could have is refused like any other wrong password, after
    /// the same work.
    ///
    /// # Errors
    /// Never; it has the shape of [`Password::parse`].
    pub fn unvalidated(text: &str) -> Result<Self, Invalid> {
        Ok(Self(text.to_owned()))
    }

    /// The characters as typed.
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
