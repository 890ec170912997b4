//! Exponential backoff, and a log that reports each error once instead of at every attempt.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Receives the lines that the mapping logs.
pub(crate) type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Logs an error when it first occurs and when it changes.
pub(super) struct ErrorLog {
    sink: LogSink,
    last: Mutex<String>,
}

impl ErrorLog {
    pub(super) fn new(sink: LogSink) -> Self {
        Self { sink, last: Mutex::default() }
    }

    pub(super) fn log(&self, error: String) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != error {
            (self.sink)(&error);
            *last = error;
        }
    }

    /// Records a success. The next error is logged even if it equals the last one.
    pub(super) fn clear(&self) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The pauses between attempts. Each is twice the previous one, up to 5 s.
pub(super) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { next: FIRST_PAUSE }
    }

    pub(super) async fn pause(&mut self) {
        pause(self.next).await;
        self.next = LONGEST_PAUSE.min(self.next * 2);
    }
}

#[expect(clippy::disallowed_methods, reason = "backoff, and polling at intervals of less than a second")]
pub(super) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
