use std::{error::Error as _, sync::Arc};

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

    /// Whether the host is unwell, as far as this shows: one product that is of no use must not close the way to all others.
    pub(super) fn tells_of_the_host(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::NoAnswer(_) | Self::BadAnswer(_) => true,
            Self::BadProduct(_) | Self::LeftAlone => false,
        }
    }
}

impl From<Failure> for Unreachable {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout(_) => Self::Timeout(Arc::new(failure)),
            Failure::Broken(_) => Self::NoAnswer(Arc::new(failure)),
            Failure::Status(_) | Failure::TooLarge => Self::BadAnswer(Arc::new(failure)),
        }
    }
}

impl From<Unreachable> for domain::Error {
    fn from(unreachable: Unreachable) -> Self {
        Self::Unavailable(Arc::new(unreachable))
    }
}
