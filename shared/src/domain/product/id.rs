use std::fmt;

use crate::domain::Invalid;

/// The id that the catalogue gave a product. Catalogues have whole numbers or UUIDs; to us it is text: 1 to 64 of
/// `[A-Za-z0-9_-]`, which needs no escaping in an address or a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId(String);

impl ProductId {
    /// The longest, in characters.
    pub const MAX: usize = 64;

    /// Accepts an id as it is.
    ///
    /// # Errors
    /// Empty, too long, or with a character that no catalogue's ids have.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let known = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if known && (1..=Self::MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_id", "must be a product's id: 1 to 64 letters, digits, hyphens or underscores"))
        }
    }

    /// The id.
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
    fn an_id_is_a_number_or_a_word() {
        for good in ["1", "018f6f7e-0000-7000-8000-000000000001", "a_B-9", &"x".repeat(64)] {
            assert_eq!(ProductId::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "../etc", "1#2", "1/2", "a b", "é", "1\n", &"x".repeat(65)] {
            assert_eq!(ProductId::parse(bad).unwrap_err().code, "invalid_id", "{bad:?}");
        }
    }
}
