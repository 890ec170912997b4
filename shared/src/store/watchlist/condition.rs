use super::{ConditionValues, n};
use crate::domain::Version;

/// What a client asks of the state that it changes (RFC 9110 §13.1.1, `If-Match`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The thing exists, in whatever state. Also what is asked when the client asks nothing.
    Exists,
    /// The thing has one of these versions. None of them: nothing matches.
    Versions(Vec<Version>),
}

/// A condition expression and its values.
pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) values: ConditionValues,
}

impl IfMatch {
    /// Whether a thing with this version is as the client asks.
    #[must_use]
    pub fn allows(&self, version: Version) -> bool {
        match self {
            Self::Exists => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }

    pub(super) fn condition(&self) -> Condition {
        match self {
            Self::Exists => Condition { expression: "attribute_exists(pk)".to_owned(), values: Vec::new() },
            // Version 0 is never stored: an item that is there does not match, one that is not there stays absent.
            Self::Versions(versions) if versions.is_empty() => one_of(&[Version(0)]),
            Self::Versions(versions) => one_of(versions),
        }
    }
}

fn one_of(versions: &[Version]) -> Condition {
    let placeholder = |at: usize| format!(":version{at}");
    let names: Vec<String> = (0..versions.len()).map(placeholder).collect();
    Condition {
        expression: format!("attribute_exists(pk) AND version IN ({})", names.join(", ")),
        values: names.into_iter().zip(versions).map(|(name, version)| (name, n(version.0))).collect(),
    }
}
