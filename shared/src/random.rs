//! The injected source of randomness. Tests make it deterministic.

use std::{fmt, sync::Arc};

use aws_lc_rs::rand;

/// A source of random bytes.
pub trait RandomSource: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// A shared handle to a source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<dyn RandomSource>);

impl Random {
    /// Creates a handle to the generator of aws-lc, seeded by the operating system. Safe for keys
    /// and tokens.
    #[must_use]
    pub fn system() -> Self {
        Self::from_source(System)
    }

    /// Creates a handle to another source, for tests.
    pub fn from_source(source: impl RandomSource + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// Returns `N` random bytes.
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
        // Without randomness, tokens would be guessable. The generator of the operating system does
        // not fail once it is seeded; the panic would become a 500.
        assert!(rand::fill(bytes).is_ok(), "the operating system returned no random bytes");
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
