use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::domain::chain;

/// How long the queue is left alone after a failure, so that requests do not wait for it one after the other. After that one
/// request tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// Remembers that the queue was away. Each change of state is one line of the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Breaker(Arc<Mutex<Option<Instant>>>);

impl Breaker {
    /// Whether this request may try; of those that come together after a failure, one may.
    pub(super) fn lets_try(&self) -> bool {
        let mut retry_at = self.retry_at();
        match *retry_at {
            None => true,
            Some(at) if Instant::now() >= at => {
                *retry_at = Some(Instant::now() + PAUSE);
                true
            }
            Some(_) => false,
        }
    }

    pub(super) fn worked(&self) {
        if self.retry_at().take().is_some() {
            tracing::info!("the audit queue is back");
        }
    }

    pub(super) fn failed(&self, error: &(dyn Error + 'static)) {
        if self.retry_at().replace(Instant::now() + PAUSE).is_none() {
            let cause = chain(error.source());
            tracing::warn!(%error, cause, "the audit queue is away: events go to the outbox");
        }
    }

    fn retry_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn after_a_failure_nobody_tries_until_the_pause_is_over_and_then_one_does() {
        let breaker = Breaker::default();
        assert!(breaker.lets_try() && breaker.lets_try());
        breaker.failed(&io::Error::other("away"));
        assert!(!breaker.lets_try());
        *breaker.retry_at() = Some(Instant::now());
        assert!(breaker.lets_try(), "the pause is over");
        assert!(!breaker.lets_try(), "another one tries");
        breaker.worked();
        assert!(breaker.lets_try() && breaker.lets_try());
    }
}
