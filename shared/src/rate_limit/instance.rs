use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota as GovernorQuota, RateLimiter, clock, middleware::StateInformationMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};

use super::{Budget, Quota, Subject};
use crate::clock::Clock;

/// Subjects that are remembered before those whose quota is whole again are forgotten.
const MANY: usize = 10_000;

/// Counts within this instance of the function alone: what limits callers while Redis is away, together with the gateway's
/// own throttle. A caller who meets several instances has the quota in each of them.
#[derive(Clone)]
pub struct InstanceLimiter {
    limiters: Arc<Mutex<HashMap<Quota, GovernorLimiter>>>,
    clock_of_governor: StandingClock,
    clock: Clock,
}

type GovernorLimiter = RateLimiter<Subject, HashMapStateStore<Subject>, StandingClock, StateInformationMiddleware>;

/// The instant at which a request is counted: it stands still meanwhile.
#[derive(Debug, Clone, Default)]
struct StandingClock(Arc<AtomicU64>);

impl clock::Clock for StandingClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

impl InstanceLimiter {
    /// Nobody has called yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { limiters: Arc::default(), clock_of_governor: StandingClock::default(), clock }
    }

    /// Counts one request.
    #[must_use]
    pub fn count(&self, quota: Quota, subject: Subject) -> Budget {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(self.clock.now().as_nanosecond()).unwrap_or(0);
        // Never backwards: a clock that was set right must not lock anybody out.
        let now = self.clock_of_governor.0.fetch_max(now, Ordering::Relaxed).max(now);
        let limiter = limiters.entry(quota).or_insert_with(|| limiter(quota, self.clock_of_governor.clone()));
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        let counted = limiter.check_key(&subject);
        let remaining = counted.as_ref().map_or(0, governor::middleware::StateSnapshot::remaining_burst_capacity);
        // Asking for one more than is left is refused, so it changes nothing, and the refusal says when it would pass.
        let one_more = NonZeroU32::MIN.saturating_add(remaining);
        let resets_at = match limiter.check_key_n(&subject, one_more) {
            Ok(Err(not_until)) => not_until.earliest_possible().as_u64(),
            Ok(Ok(_)) | Err(_) => now,
        };
        Budget::measured(quota, counted.is_ok(), remaining, resets_at / 1000, now / 1000)
    }
}

fn limiter(quota: Quota, instant: StandingClock) -> GovernorLimiter {
    let burst = NonZeroU32::new(quota.limit()).unwrap_or(NonZeroU32::MIN);
    let interval = Duration::from_micros(quota.interval_micros().into());
    let rate = GovernorQuota::with_period(interval).unwrap_or(GovernorQuota::per_minute(burst)).allow_burst(burst);
    GovernorLimiter::new(rate, HashMapStateStore::default(), instant)
}

impl std::fmt::Debug for InstanceLimiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceLimiter")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        clock::TimeSource,
        config::RateLimitConfig,
        rate_limit::{Group, Quotas},
    };

    #[derive(Clone, Default)]
    struct Time(Arc<AtomicU64>);

    impl TimeSource for Time {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(1_800_000_000_250 + i64::try_from(self.0.load(Ordering::Relaxed)).unwrap())
                .unwrap()
        }
    }

    fn login() -> Quota {
        Quotas::new(RateLimitConfig { factor: 1.0 }).of(Group::Login)
    }

    #[test]
    fn it_counts_as_redis_does() {
        let time = Time::default();
        let limiter = InstanceLimiter::new(Clock::from_source(time.clone()));
        let (quota, subject) = (login(), Subject::source(None));
        let mut arrival = 0;
        for (at_ms, passes) in
            [(0, true), (0, true), (0, true), (5000, true), (5000, true), (5000, false), (12_000, true)]
        {
            time.0.store(at_ms, Ordering::Relaxed);
            let now = 1_800_000_000_250_000 + at_ms * 1000;
            if passes {
                arrival = now.max(arrival) + u64::from(quota.interval_micros());
            }
            let expected = Budget::from_arrival_time(quota, passes, arrival, now);
            assert_eq!(limiter.count(quota, subject), expected, "at {at_ms} ms");
        }
    }

    #[test]
    fn each_subject_and_each_group_counts_alone() {
        let limiter = InstanceLimiter::new(Clock::from_source(Time::default()));
        let other = Subject::source(Some([192, 0, 2, 1].into()));
        let register = Quotas::new(RateLimitConfig { factor: 1.0 }).of(Group::Register);
        for _ in 0..5 {
            assert!(limiter.count(login(), Subject::source(None)).passes);
        }
        assert!(!limiter.count(login(), Subject::source(None)).passes);
        assert!(limiter.count(login(), other).passes);
        assert!(limiter.count(register, Subject::source(None)).passes);
    }
}
