//! The randomness that everything draws from, so that a test can fix it.

use std::{fmt, sync::Arc};

use aws_lc_rs::rand;

/// Where random bytes come from.
pub trait RandomSource: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A shared handle to the source of randomness.
#[derive(Clone)]
pub struct Random(Arc<dyn RandomSource>);

impl Random {
    /// aws-lc's generator, seeded from the operating system; safe for keys and tokens.
    #[must_use]
    pub fn system() -> Self {
        Self::from_source(System)
    }

    /// A source of one's own, for tests.
    pub fn from_source(source: impl RandomSource + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}

struct System;

impl RandomSource for System {
    fn fill(&self, bytes: &mut [u8]) {
        // Going on without randomness would mint guessable tokens; the operating system's generator does not fail once
        // it is seeded, and the panic becomes a 500.
        assert!(rand::fill(bytes).is_ok(), "the operating system gives no random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let random = Random::system();
        assert_ne!(random.bytes::<32>(), random.bytes::<32>());
    }
}
