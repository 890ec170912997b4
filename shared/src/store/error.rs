use std::{error::Error as StdError, sync::Arc};

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::domain::{self, Cause, Invalid};

/// What can go wrong in the store. What is not there is `None`, not an error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The condition of a write did not hold.
    #[error("the condition of the write did not hold")]
    Conflict,
    /// The table asks us to slow down, also after the retries of the SDK.
    #[error("throttled")]
    Throttled(#[source] Cause),
    /// A stored item is not what this code writes.
    #[error("a stored item cannot be read: {0}")]
    Corrupt(String),
    /// The table does not answer, refuses, or answers what makes no sense.
    #[error("the table is unavailable")]
    Unavailable(#[source] Cause),
}

impl Error {
    /// What lies behind it, outermost first, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        domain::chain(self.source())
    }

    /// The error of the domain, where a conflict means something particular.
    #[must_use]
    pub fn or_conflict(self, conflict: domain::Error) -> domain::Error {
        match self {
            Self::Conflict => conflict,
            other => other.into(),
        }
    }

    /// Sorts an error of the SDK. Conditions are looked at by the callers that set one.
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

    /// A request that could not even be put together.
    pub(super) fn from_build(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}

impl From<Error> for domain::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Throttled(_) | Error::Unavailable(_) => Self::Unavailable(Arc::new(error)),
            // A conflict that the caller did not expect is as much a fault of ours as an unreadable item.
            Error::Conflict | Error::Corrupt(_) => Self::Internal(Arc::new(error)),
        }
    }
}

/// A stored value that its own type refuses.
impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Corrupt(invalid.message)
    }
}
