//! A circuit breaker for calls to other services.
//!
//! It keeps requests from waiting, one after another, for a service that does not respond. It does
//! not log: its methods return whether the state changed, and the caller logs that with the name of
//! the service.
//!
//! Redis has a breaker of its own, which is part of the state of its connection
//! (`cache/connection.rs`).

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::clock::Clock;

/// A circuit breaker that opens after a number of consecutive failures.
///
/// While it is open, one request per `pause` may try (half-open); the others fail immediately. The
/// first success closes it. An attempt that is cancelled changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Breaker {
    failure_threshold: u32,
    pause: Duration,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { last_attempt: Timestamp },
}

impl Breaker {
    /// Creates a closed breaker that opens after `failure_threshold` consecutive failures.
    pub(crate) fn new(failure_threshold: u32, pause: Duration, clock: Clock) -> Self {
        Self { failure_threshold, pause, clock, state: Arc::new(Mutex::new(State::Closed { failures: 0 })) }
    }

    /// Returns whether this request may try. Of concurrent requests at the end of a pause, one may.
    pub(crate) fn allows_attempt(&self) -> bool {
        let State::Open { last_attempt } = &mut *self.state() else { return true };
        let now = self.clock.now();
        // Absolute difference: a clock that is set back must not extend the pause.
        let pause_is_over = now.duration_since(*last_attempt).unsigned_abs() >= self.pause;
        if pause_is_over {
            *last_attempt = now;
        }
        pause_is_over
    }

    /// Records a successful attempt. Returns whether this closed the breaker.
    pub(crate) fn record_success(&self) -> bool {
        let mut state = self.state();
        let was_open = matches!(*state, State::Open { .. });
        *state = State::Closed { failures: 0 };
        was_open
    }

    /// Records a failed attempt. Returns whether this opened the breaker.
    pub(crate) fn record_failure(&self) -> bool {
        let mut state = self.state();
        let was_closed = match &mut *state {
            State::Closed { failures } => {
                *failures += 1;
                if *failures < self.failure_threshold {
                    return false;
                }
                true
            }
            State::Open { .. } => false,
        };
        *state = State::Open { last_attempt: self.clock.now() };
        was_closed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::clock::TimeSource;

    #[derive(Clone)]
    struct ManualClock(Arc<Mutex<Timestamp>>);

    impl ManualClock {
        fn advance(&self, seconds: i64) {
            *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
        }
    }

    impl TimeSource for ManualClock {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    fn breaker(failure_threshold: u32) -> (Breaker, ManualClock) {
        let clock = ManualClock(Arc::new(Mutex::new(Timestamp::UNIX_EPOCH)));
        (Breaker::new(failure_threshold, Duration::from_secs(5), Clock::from_source(clock.clone())), clock)
    }

    #[test]
    fn while_open_one_request_per_pause_may_try_and_a_success_closes_it() {
        let (breaker, clock) = breaker(1);
        assert!(breaker.allows_attempt() && breaker.allows_attempt());
        assert!(breaker.record_failure(), "the failure opens it");
        clock.advance(4);
        assert!(!breaker.allows_attempt());
        clock.advance(1);
        assert!(breaker.allows_attempt(), "the pause is over");
        assert!(!breaker.allows_attempt(), "another request has just tried");
        assert!(!breaker.record_failure(), "it was open already");
        clock.advance(4);
        assert!(!breaker.allows_attempt(), "the failed attempt restarts the pause");
        clock.advance(1);
        assert!(breaker.allows_attempt());
        assert!(breaker.record_success(), "the success closes it");
        assert!(breaker.allows_attempt() && breaker.allows_attempt());
        assert!(!breaker.record_success(), "it was closed already");
    }

    #[test]
    fn only_consecutive_failures_open_it() {
        let (breaker, _) = breaker(3);
        assert!(!breaker.record_failure() && !breaker.record_failure());
        breaker.record_success();
        assert!(!breaker.record_failure() && !breaker.record_failure() && breaker.allows_attempt());
        assert!(breaker.record_failure());
        assert!(!breaker.allows_attempt());
    }

    #[test]
    fn after_a_cancelled_attempt_another_request_may_try() {
        let (breaker, clock) = breaker(1);
        breaker.record_failure();
        clock.advance(5);
        assert!(breaker.allows_attempt());
        clock.advance(5);
        assert!(breaker.allows_attempt(), "the first attempt has reported neither success nor failure");
    }

    #[test]
    fn setting_the_clock_back_does_not_extend_the_pause() {
        let (breaker, clock) = breaker(1);
        breaker.record_failure();
        clock.advance(-3600);
        assert!(breaker.allows_attempt());
    }
}
