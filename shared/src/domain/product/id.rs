use std::fmt;

use crate::domain::Invalid;

/// A product's id in the catalogue: 1 to 64 characters of `[A-Za-z0-9_-]`.
///
/// Catalogues use integers or UUIDs. Both are handled as text, and neither needs escaping in a URL
/// or a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(String);

impl ProductId {
    /// The maximum length, in characters.
    pub const MAX: usize = 64;

    /// Validates an id without normalising it.
    ///
    /// # Errors
    /// The id is empty, is longer than 64 characters, or contains a character outside
    /// `[A-Za-z0-9_-]`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if is_allowed && (1..=Self::MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_id", "must be a product's id: 1 to 64 letters, digits, hyphens or underscores"))
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_1_to_64_letters_digits_hyphens_or_underscores() {
        for good in ["1", "018f6f7e-0000-7000-8000-000000000001", "a_B-9", &"x".repeat(64)] {
            assert_eq!(ProductId::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "../etc", "1#2", "1/2", "a b", "é", "1\n", &"x".repeat(65)] {
            assert_eq!(ProductId::parse(bad).unwrap_err().code, "invalid_id", "{bad:?}");
        }
    }
}
