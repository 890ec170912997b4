use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use shared::clock::{Clock, TimeSource};

/// A clock that a test controls. Each reading advances it by a millisecond, so that consecutive
/// events have different times.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new("2026-03-01T12:00:00Z".parse().unwrap())))
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::from_source(self.clone())
    }

    pub(crate) fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

impl TimeSource for TestClock {
    fn now(&self) -> Timestamp {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_millis(1);
        *now
    }
}
