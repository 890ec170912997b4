//! The injected clock. Tests set the time.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// A source of time.
pub trait TimeSource: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
}

/// A shared handle to a time source.
#[derive(Clone)]
pub struct Clock(Arc<dyn TimeSource>);

impl Clock {
    /// Creates a clock that reads the system time.
    #[must_use]
    pub fn system() -> Self {
        Self::from_source(System)
    }

    /// Creates a clock with another source, for tests.
    pub fn from_source(source: impl TimeSource + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

struct System;

impl TimeSource for System {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
