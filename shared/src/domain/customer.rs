use jiff::Timestamp;

use super::{CustomerId, Email, Invalid, UserId, Version, validation::one_line};

/// A customer of an account. The account manages the customer's favourite products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The id. Ids sort in the order of creation.
    pub id: CustomerId,
    /// The account that created the customer.
    pub owner: UserId,
    /// The name.
    pub name: CustomerName,
    /// The e-mail address, which is unique among the customers of all accounts.
    pub email: Email,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The number of the current version, incremented with each change.
    pub version: Version,
}

/// A customer and the account that must own it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnedCustomer {
    /// The account.
    pub owner: UserId,
    /// The customer.
    pub id: CustomerId,
}

/// A requested change of a customer. An absent field stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerChanges {
    /// The new name.
    pub name: Option<CustomerName>,
    /// The new e-mail address.
    pub email: Option<Email>,
}

impl CustomerChanges {
    /// Drops the fields that already have the requested value.
    #[must_use]
    pub fn differing_from(self, customer: &Customer) -> Self {
        Self {
            name: self.name.filter(|name| *name != customer.name),
            email: self.email.filter(|email| *email != customer.email),
        }
    }

    /// Returns `true` when no field changes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.name.is_none() && self.email.is_none()
    }
}

/// A customer's name: 1 to 255 characters after trimming, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerName(String);

impl CustomerName {
    /// The maximum length, in characters.
    pub const MAX_CHARS: usize = 255;

    /// Trims and validates a name.
    ///
    /// # Errors
    /// The trimmed name is empty, is longer than 255 characters, or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        one_line(text, Self::MAX_CHARS).map(Self)
    }

    /// A stored name. It is not validated again, so names stay readable when the rules of
    /// [`CustomerName::parse`] change.
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
