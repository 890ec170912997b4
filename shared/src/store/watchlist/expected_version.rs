use aws_sdk_dynamodb::types::AttributeValue;

use crate::{domain::Version, store::attributes::n};

/// The version that a stored item must have for a change to be made (`If-Match`, RFC 9110 §13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// The item exists, in any version. Also the meaning of a request without `If-Match`.
    Any,
    /// The item has one of these versions. An empty list matches nothing.
    OneOf(Vec<Version>),
}

/// A DynamoDB condition expression and its values, by placeholder.
pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) values: Vec<(String, AttributeValue)>,
}

impl ExpectedVersion {
    /// Returns `true` if an item with this version meets the expectation.
    #[must_use]
    pub fn matches(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
        }
    }

    pub(super) fn condition(&self) -> Condition {
        match self {
            Self::Any => Condition { expression: "attribute_exists(pk)".to_owned(), values: Vec::new() },
            // `IN ()` is invalid in DynamoDB. Version 0 is never stored, so it matches nothing
            // either.
            Self::OneOf(versions) if versions.is_empty() => one_of(&[Version(0)]),
            Self::OneOf(versions) => one_of(versions),
        }
    }
}

fn one_of(versions: &[Version]) -> Condition {
    let placeholders: Vec<String> = (0..versions.len()).map(|index| format!(":version{index}")).collect();
    Condition {
        expression: format!("attribute_exists(pk) AND version IN ({})", placeholders.join(", ")),
        values: placeholders.into_iter().zip(versions).map(|(name, version)| (name, n(version.0))).collect(),
    }
}
