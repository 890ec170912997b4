//! Conversion between values and DynamoDB attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::Timestamp;

use super::{
    Error,
    keys::{PK, SK},
};
use crate::domain::rfc3339;

/// An item, or a key, in the form of the SDK.
pub(super) type Attributes = HashMap<String, AttributeValue>;

/// A builder of an item.
#[derive(Default)]
pub(super) struct ItemWriter(Attributes);

impl ItemWriter {
    pub(super) fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub(super) fn optional_text(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(super) fn number(mut self, name: &str, value: i128) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::N(value.to_string()));
        self
    }

    pub(super) fn flag(mut self, name: &str, value: bool) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::Bool(value));
        self
    }

    pub(super) fn bytes(mut self, name: &str, value: &[u8]) -> Self {
        self.0.insert(name.to_owned(), blob(value));
        self
    }

    pub(super) fn optional_bytes(self, name: &str, value: Option<&[u8; 32]>) -> Self {
        match value {
            Some(value) => self.bytes(name, value),
            None => self,
        }
    }

    pub(super) fn time(self, name: &str, value: Timestamp) -> Self {
        self.text(name, rfc3339(value))
    }

    pub(super) fn finish(self) -> Attributes {
        self.0
    }
}

/// A reader of an item. A missing attribute, or one of another type, is [`Error::Corrupt`].
pub(super) struct ItemReader<'a>(pub(super) &'a Attributes);

impl<'a> ItemReader<'a> {
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Error> {
        match self.0.get(name) {
            Some(AttributeValue::S(text)) => Ok(text),
            _ => Err(Error::Corrupt(format!("no text {name}"))),
        }
    }

    /// Reads a text that may be absent. An attribute of another type counts as absent.
    pub(super) fn optional_text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
    }

    /// Reads the part of a text after a prefix, such as the id in a key.
    pub(super) fn text_after(&self, name: &str, prefix: &str) -> Result<&'a str, Error> {
        self.text(name)?.strip_prefix(prefix).ok_or_else(|| Error::Corrupt(format!("no {prefix} in {name}")))
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, Error> {
        match self.0.get(name) {
            Some(AttributeValue::N(digits)) => digits.parse().map_err(|_| Error::Corrupt(format!("{name} too large"))),
            _ => Err(Error::Corrupt(format!("no number {name}"))),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.0.get(name) {
            Some(AttributeValue::Bool(flag)) => Ok(*flag),
            _ => Err(Error::Corrupt(format!("no flag {name}"))),
        }
    }

    pub(super) fn time(&self, name: &str) -> Result<Timestamp, Error> {
        self.text(name)?.parse().map_err(|_| Error::Corrupt(format!("{name} is no time")))
    }

    pub(super) fn optional_time(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        self.optional_text(name).map(|_| self.time(name)).transpose()
    }

    /// Reads a time in seconds since 1970, the format of TTL attributes.
    pub(super) fn seconds(&self, name: &str) -> Result<Timestamp, Error> {
        let seconds = i64::try_from(self.number(name)?).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
        seconds.ok_or_else(|| Error::Corrupt(format!("{name} is no time")))
    }

    pub(super) fn hash(&self, name: &str) -> Result<[u8; 32], Error> {
        self.optional_hash(name)?.ok_or_else(|| Error::Corrupt(format!("no hash {name}")))
    }

    pub(super) fn optional_hash(&self, name: &str) -> Result<Option<[u8; 32]>, Error> {
        let bytes = self.0.get(name).and_then(|value| value.as_b().ok()).map(|blob| blob.as_ref().try_into());
        bytes.transpose().map_err(|_| Error::Corrupt(format!("{name} is no hash")))
    }
}

/// The primary key of an item.
pub(super) fn primary_key(partition: impl Into<String>, sort: impl Into<String>) -> Attributes {
    [(PK.to_owned(), s(partition)), (SK.to_owned(), s(sort))].into()
}

/// A string value, for keys and expressions.
pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A binary value, for expressions.
pub(super) fn blob(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// A number value, for expressions.
pub(super) fn n(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
