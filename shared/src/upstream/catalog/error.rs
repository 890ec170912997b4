use std::{error::Error as _, sync::Arc};

use reqwest::StatusCode;

use super::fields::InvalidField;
use crate::{
    domain::{self, Cause},
    upstream::client::RequestError,
};

/// A failed request to the catalogue. It never means that a product does not exist.
///
/// The variants differ only in the log: clients of the API get the same error for all of them.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CatalogError {
    /// The catalogue did not respond within two seconds.
    #[error("the catalogue did not respond in time")]
    Timeout(#[source] Cause),
    /// No connection was made, or it was interrupted, on every attempt.
    #[error("the connection to the catalogue failed")]
    Connection(#[source] Cause),
    /// The response does not match the API of this kind of catalogue.
    #[error("the catalogue's response is invalid")]
    InvalidResponse(#[source] Cause),
    /// The catalogue rejected this request with a 4xx, or the response exceeds the size limit.
    #[error("the catalogue rejected the request, or its response is too large")]
    Rejected(#[source] Cause),
    /// The catalogue has the product, but its data is invalid.
    #[error("the product's data is invalid")]
    InvalidProduct(#[source] InvalidField),
    /// The request was not sent, because the circuit breaker is open.
    #[error("the circuit breaker of the catalogue is open")]
    CircuitOpen,
}

impl CatalogError {
    /// The chain of causes for the log, outermost first.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        domain::error_chain(self.source())
    }

    /// Returns `true` when a retry would fail too, because the error is about this product.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::InvalidProduct(_))
    }

    /// Returns `true` when the error indicates that the host is unavailable. Only such errors open
    /// the circuit breaker: one invalid product must not block requests for all others.
    pub(super) fn is_host_failure(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::Connection(_) | Self::InvalidResponse(_) => true,
            Self::Rejected(_) | Self::InvalidProduct(_) | Self::CircuitOpen => false,
        }
    }
}

impl From<RequestError> for CatalogError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Timeout(_) => Self::Timeout(Arc::new(error)),
            RequestError::Connection(_) => Self::Connection(Arc::new(error)),
            // A 429 is about the request rate and not about this request.
            RequestError::Status(status) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Self::Rejected(Arc::new(error))
            }
            RequestError::TooLarge => Self::Rejected(Arc::new(error)),
            RequestError::Status(_) => Self::InvalidResponse(Arc::new(error)),
        }
    }
}

impl From<CatalogError> for domain::Error {
    fn from(error: CatalogError) -> Self {
        Self::Unavailable(Arc::new(error))
    }
}
