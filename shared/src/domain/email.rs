use std::fmt;

use email_address::{EmailAddress, Options};

use super::Invalid;

/// An e-mail address in the common form of RFC 5321/5322 (`local@domain.tld`), in lower case.
///
/// Two spellings that differ only in case are the same account. Only ASCII is accepted, as in those
/// RFCs: for other characters, equality of addresses is ambiguous, and two spellings of one mailbox
/// must not become two accounts. A domain in another script is written in its `xn--` form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The maximum length in characters. RFC 5321 §4.5.3.1.3 allows a path of 256 octets, including
    /// two angle brackets.
    pub const MAX_CHARS: usize = 254;

    /// Parses an address and converts it to lower case.
    ///
    /// # Errors
    /// The address is longer than 254 characters or has another form. Quoted local parts, display
    /// names, domain literals, host names without a dot and non-ASCII characters are rejected.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(Invalid::new("too_long", format!("must have at most {} characters", Self::MAX_CHARS)));
        }
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        let invalid = || Invalid::new("invalid_email", "must be an e-mail address such as name@example.com");
        let address = EmailAddress::parse_with_options(text, options).map_err(|_| invalid())?;
        if address.local_part().starts_with('"') || !text.is_ascii() {
            return Err(invalid());
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// Creates an address from a stored value without validation. A rule that became stricter must
    /// not lock out an existing account.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The address in the form in which it is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hides the address, which is personal data, so that `{:?}` cannot leak it into a log.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_converted_to_lower_case() {
        assert_eq!(Email::parse("Ada@Example.COM").unwrap().as_str(), "ada@example.com");
    }

    #[test]
    fn common_addresses_are_accepted() {
        for text in ["a@b.co", "first.last+tag@sub.example.org", "x_y-z@example.co.uk", "a@xn--mnchen-3ya.de"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn invalid_addresses_are_rejected() {
        let texts = [
            "",
            "a",
            "@",
            "a@",
            "@b.co",
            "a@b",
            "a b@c.de",
            "a@b..co",
            "a@b.co ",
            " a@b.co",
            "a@b.co\n",
            "a\0@b.co",
            "<a@b.co>",
            "Ada <a@b.co>",
            "a@[127.0.0.1]",
            "\"a b\"@c.de",
            "a@b.co,c@d.ef",
            "a@-b.co",
            ".a@b.co",
            "ü@example.de",
            "a@münchen.de",
            "İx@example.com",
            "ασ@example.com",
        ];
        for text in texts {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let labels = format!("{0}.{0}.{0}", "d".repeat(61));
        let longest = format!("{}@{labels}.com", "a".repeat(254 - 1 - labels.len() - 4));
        assert_eq!(longest.chars().count(), 254);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(Email::parse(&format!("{longest}m")).unwrap_err().code, "too_long");
    }

    proptest::proptest! {
        #[test]
        fn a_parsed_address_parses_to_itself(text in "[a-zA-Z0-9.İßΣ@_+-]{1,12}@[a-zA-Z0-9.İ-]{1,12}") {
            if let Ok(email) = Email::parse(&text) {
                proptest::prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }
    }

    #[test]
    fn debug_output_hides_the_address() {
        assert!(!format!("{:?}", Email::parse("ada@example.com").unwrap()).contains("ada"));
    }
}
