use std::{error::Error as _, sync::Arc};

use reqwest::StatusCode;

use super::Unusable;
use crate::{
    domain::{self, Cause},
    upstream::client::Failure,
};

/// What the catalogue has to say cannot be learnt now. It never means that there is no such product. Why is for the log:
/// every client gets the same answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unreachable {
    /// Two seconds were not enough.
    #[error("the catalogue does not answer in time")]
    Timeout(#[source] Cause),
    /// There is no connection, or it broke each time.
    #[error("the catalogue does not answer")]
    NoAnswer(#[source] Cause),
    /// What answers does not speak as a catalogue of this shape does.
    #[error("the catalogue's answer is of no use")]
    BadAnswer(#[source] Cause),
    /// The catalogue refuses this question, or its answer has no end.
    #[error("the catalogue does not give this out")]
    Refused(#[source] Cause),
    /// The catalogue has the product, but what it says of it cannot be true.
    #[error("what the catalogue says of a product is of no use")]
    BadProduct(#[source] Unusable),
    /// It failed a moment ago, and so it was not asked.
    #[error("the catalogue is left alone for a while")]
    LeftAlone,
}

impl Unreachable {
    /// What lies behind it, outermost first, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<String> {
        domain::chain(self.source())
    }

    /// Whether asking again soon is of no use: it is about this product and not about the host or the moment.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::BadProduct(_))
    }

    /// Whether the host is unwell, as far as this shows: one product that is of no use must not close the way to all others.
    pub(super) fn tells_of_the_host(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::NoAnswer(_) | Self::BadAnswer(_) => true,
            Self::Refused(_) | Self::BadProduct(_) | Self::LeftAlone => false,
        }
    }
}

impl From<Failure> for Unreachable {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout(_) => Self::Timeout(Arc::new(failure)),
            Failure::Broken(_) => Self::NoAnswer(Arc::new(failure)),
            // 429 is about the caller, whatever the question.
            Failure::Status(status) if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Self::Refused(Arc::new(failure))
            }
            Failure::TooLarge => Self::Refused(Arc::new(failure)),
            Failure::Status(_) => Self::BadAnswer(Arc::new(failure)),
        }
    }
}

impl From<Unreachable> for domain::Error {
    fn from(unreachable: Unreachable) -> Self {
        Self::Unavailable(Arc::new(unreachable))
    }
}
