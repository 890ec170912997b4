use std::{error::Error as StdError, sync::Arc};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::domain::{self, Cause, Invalid};

/// An error of the store. A missing item is `None`, not an error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The condition of a write was not met.
    #[error("the condition of the write was not met")]
    Conflict,
    /// The table throttles, even after the retries of the SDK.
    #[error("throttled")]
    Throttled(#[source] Cause),
    /// A stored item does not have the format that this code writes.
    #[error("a stored item cannot be read: {0}")]
    Corrupt(String),
    /// The table does not respond, rejects the request, or sends an invalid response.
    #[error("the table is unavailable")]
    Unavailable(#[source] Cause),
}

impl Error {
    /// The chain of causes for the log, outermost first.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        domain::error_chain(self.source())
    }

    /// Converts into a domain error; a conflict becomes `conflict`.
    #[must_use]
    pub fn conflict_as(self, conflict: domain::Error) -> domain::Error {
        match self {
            Self::Conflict => conflict,
            other => other.into(),
        }
    }

    /// Classifies an error of the SDK.
    pub(super) fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match error.code() {
            Some("ConditionalCheckFailedException") => Self::Conflict,
            Some(
                "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
                | "ThrottlingException"
                | "TransactionConflictException"
                | "TransactionInProgressException",
            ) => Self::Throttled(Arc::new(error)),
            _ => Self::Unavailable(Arc::new(error)),
        }
    }

    /// An error of a request that could not be built.
    pub(super) fn from_build(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

impl From<Error> for domain::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Throttled(_) | Error::Unavailable(_) => Self::Unavailable(Arc::new(error)),
            // A conflict that the caller did not handle is a bug, like a corrupt item.
            Error::Conflict | Error::Corrupt(_) => Self::Internal(Arc::new(error)),
        }
    }
}

/// A stored value that does not parse.
impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Corrupt(invalid.message)
    }
}
