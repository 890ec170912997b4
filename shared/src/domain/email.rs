use std::fmt;

use email_address::{EmailAddress, Options};

use super::Invalid;

/// An e-mail address in the common form of RFC 5321/5322 (`local@domain.tld`), lower-cased: two spellings that differ
/// only in case are one account. ASCII only, as in those RFCs: beyond it, what is "the same address" has no simple answer,
/// and two spellings of one mailbox must not be two accounts. A domain of another script is written in its `xn--` form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// The longest, in characters: RFC 5321 §4.5.3.1.3 allows a path of 256 octets, of which the angle brackets take two.
    pub const MAX_CHARS: usize = 254;

    /// Parses and lower-cases an address.
    ///
    /// # Errors
    /// Not the common form (quoted local parts, display names, domain literals, bare host names and anything beyond ASCII are
    /// refused), or longer than 254 characters.
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

    /// An address that [`Email::parse`] accepted when it was stored, whatever it would say today: a rule that became
    /// stricter must not lock anybody out.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The address as it is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address is personal data: it never reaches a log by way of `{:?}`.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_lower_case() {
        assert_eq!(Email::parse("Ada@Example.COM").unwrap().as_str(), "ada@example.com");
    }

    #[test]
    fn common_addresses_are_accepted() {
        for text in ["a@b.co", "first.last+tag@sub.example.org", "x_y-z@example.co.uk", "a@xn--mnchen-3ya.de"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
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
    fn an_address_of_254_characters_is_the_longest() {
        let labels = format!("{0}.{0}.{0}", "d".repeat(61));
        let longest = format!("{}@{labels}.com", "a".repeat(254 - 1 - labels.len() - 4));
        assert_eq!(longest.chars().count(), 254);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(Email::parse(&format!("{longest}m")).unwrap_err().code, "too_long");
    }

    proptest::proptest! {
        #[test]
        fn what_is_accepted_is_accepted_again_as_it_is_stored(text in "[a-zA-Z0-9.İßΣ@_+-]{1,12}@[a-zA-Z0-9.İ-]{1,12}") {
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
