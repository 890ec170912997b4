use jiff::Timestamp;

use super::{CustomerId, Email, Invalid, UserId, Version, validation::one_line};

/// Somebody whose favourite products an account keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id; also its place in the order of creation.
    pub id: CustomerId,
    /// The account that made it.
    pub owner: UserId,
    /// What it is called.
    pub name: CustomerName,
    /// Its address, which is no other customer's of any account.
    pub email: Email,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// What a change asks for; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerChanges {
    /// A new name.
    pub name: Option<CustomerName>,
    /// A new address.
    pub email: Option<Email>,
}

impl CustomerChanges {
    /// The changes that are ones: what the customer has already is left out.
    #[must_use]
    pub fn to(self, customer: &Customer) -> Self {
        Self {
            name: self.name.filter(|name| *name != customer.name),
            email: self.email.filter(|email| *email != customer.email),
        }
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.name.is_none() && self.email.is_none()
    }
}

/// A customer's name: 1 to 255 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerName(String);

impl CustomerName {
    /// The longest, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Trims and accepts a name.
    ///
    /// # Errors
    /// Nothing left after trimming, more than 255 characters, or a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, Self::MAX_CHARS).map(Self)
    }

    /// A name that [`CustomerName::parse`] accepted when it was stored, whatever it would say today.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The trimmed name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
