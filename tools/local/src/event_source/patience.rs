//! Trying again what does not work, with growing pauses, and saying so once.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Where a line for the person at the terminal goes.
pub(crate) type Say = Arc<dyn Fn(&str) + Send + Sync>;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// What is wrong with one thing. Says it when it begins and when it changes, not at each attempt.
pub(super) struct Trouble {
    say: Say,
    last: Mutex<String>,
}

impl Trouble {
    pub(super) fn new(say: Say) -> Self {
        Self { say, last: Mutex::default() }
    }

    pub(super) fn tell(&self, what: String) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != what {
            (self.say)(&what);
            *last = what;
        }
    }

    pub(super) fn over(&self) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The pauses between attempts: each is twice the one before, up to five seconds.
pub(super) struct BackOff {
    next: Duration,
}

impl BackOff {
    pub(super) fn new() -> Self {
        Self { next: FIRST }
    }

    pub(super) async fn pause(&mut self) {
        pause(self.next).await;
        self.next = LONGEST.min(self.next * 2);
    }
}

#[expect(clippy::disallowed_methods, reason = "the pauses of a back-off, and of polling in less than whole seconds")]
pub(super) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
