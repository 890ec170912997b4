use super::Invalid;

/// The name that a client gives a request that creates something, so that it can be sent again without a second effect
/// (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>): 1 to 255 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest, in characters.
    pub const MAX: usize = 255;

    /// Accepts a key as it is.
    ///
    /// # Errors
    /// Empty, longer than 255 characters, or with one that is not printable ASCII.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if printable && (1..=Self::MAX).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("invalid_key", "must be 1 to 255 printable ASCII characters"))
        }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_printable() {
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "\"quoted\" #1", &"k".repeat(255)] {
            assert_eq!(IdempotencyKey::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", &"k".repeat(256), "tab\t", "é", "line\n", "\u{7f}"] {
            assert!(IdempotencyKey::parse(bad).is_err(), "{bad:?}");
        }
    }
}
