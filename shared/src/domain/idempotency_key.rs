use super::Invalid;

/// A key that a client sends with a creating request, so that a retry has no second effect: 1 to
/// 255 printable ASCII characters. See
/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The maximum length in characters.
    pub const MAX_CHARS: usize = 255;

    /// Parses a key.
    ///
    /// # Errors
    /// The key is empty, longer than 255 characters, or contains a character that is not printable
    /// ASCII.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if printable && (1..=Self::MAX_CHARS).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_key", "must be 1 to 255 printable ASCII characters"))
        }
    }

    /// The key as the client sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_1_to_255_printable_characters() {
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\" #1", &"k".repeat(255)] {
            assert_eq!(IdempotencyKey::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", &"k".repeat(256), "tab\t", "é", "line\n", "\u{7f}"] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad:?}");
        }
    }
}
