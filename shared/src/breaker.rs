//! A circuit breaker: what does not answer is left alone for a while, so that requests do not wait for it one after the
//! other.
//!
//! It logs nothing. It says when its state changes, and its owner, who knows what is away and what that means, writes the
//! line. Redis has a breaker of its own, which is one with the state of its connection (`cache/link.rs`).

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use crate::clock::Clock;

/// Remembers failures in a row. After so many it is open: nobody tries until the pause is over, and then one request in each
/// pause does (half-open). The first success closes it. One that tries and is given up midway changes nothing.
#[derive(Debug, Clone)]
pub(crate) struct Breaker {
    opens_after: u32,
    pause: Duration,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { last_try: Timestamp },
}

impl Breaker {
    /// Opens after that many failures in a row.
    pub(crate) fn new(opens_after: u32, pause: Duration, clock: Clock) -> Self {
        Self { opens_after, pause, clock, state: Arc::new(Mutex::new(State::Closed { failures: 0 })) }
    }

    /// Whether this request may try; of those that come together when a pause is over, one may.
    pub(crate) fn lets_try(&self) -> bool {
        let State::Open { last_try } = &mut *self.state() else { return true };
        let now = self.clock.now();
        // Unsigned: a clock that is set back must not keep it open.
        let is_over = now.duration_since(*last_try).unsigned_abs() >= self.pause;
        if is_over {
            *last_try = now;
        }
        is_over
    }

    /// A try worked. Says whether that closed it.
    pub(crate) fn worked(&self) -> bool {
        let mut state = self.state();
        let was_open = matches!(*state, State::Open { .. });
        *state = State::Closed { failures: 0 };
        was_open
    }

    /// A try failed. Says whether that opened it.
    pub(crate) fn failed(&self) -> bool {
        let mut state = self.state();
        let was_closed = match &mut *state {
            State::Closed { failures } => {
                *failures += 1;
                if *failures < self.opens_after {
                    return false;
                }
                true
            }
            State::Open { .. } => false,
        };
        *state = State::Open { last_try: self.clock.now() };
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
    struct Watch(Arc<Mutex<Timestamp>>);

    impl Watch {
        fn add(&self, seconds: i64) {
            *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
        }
    }

    impl TimeSource for Watch {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    fn breaker(opens_after: u32) -> (Breaker, Watch) {
        let watch = Watch(Arc::new(Mutex::new(Timestamp::UNIX_EPOCH)));
        (Breaker::new(opens_after, Duration::from_secs(5), Clock::from_source(watch.clone())), watch)
    }

    #[test]
    fn after_a_failure_nobody_tries_until_the_pause_is_over_and_then_one_does() {
        let (breaker, watch) = breaker(1);
        assert!(breaker.lets_try() && breaker.lets_try());
        assert!(breaker.failed(), "it opens");
        watch.add(4);
        assert!(!breaker.lets_try());
        watch.add(1);
        assert!(breaker.lets_try(), "the pause is over");
        assert!(!breaker.lets_try(), "another one tries");
        assert!(!breaker.failed(), "it was open already");
        watch.add(4);
        assert!(!breaker.lets_try(), "the pause begins anew");
        watch.add(1);
        assert!(breaker.lets_try());
        assert!(breaker.worked(), "it closes");
        assert!(breaker.lets_try() && breaker.lets_try());
        assert!(!breaker.worked(), "it was closed already");
    }

    #[test]
    fn only_failures_in_a_row_open_it() {
        let (breaker, _) = breaker(3);
        assert!(!breaker.failed() && !breaker.failed());
        breaker.worked();
        assert!(!breaker.failed() && !breaker.failed() && breaker.lets_try());
        assert!(breaker.failed());
        assert!(!breaker.lets_try());
    }

    #[test]
    fn one_that_is_given_up_midway_leaves_the_next_try_to_another() {
        let (breaker, watch) = breaker(1);
        breaker.failed();
        watch.add(5);
        assert!(breaker.lets_try());
        watch.add(5);
        assert!(breaker.lets_try(), "the first one never told what came of it");
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_keep_it_open() {
        let (breaker, watch) = breaker(1);
        breaker.failed();
        watch.add(-3600);
        assert!(breaker.lets_try());
    }
}
