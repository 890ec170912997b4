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

/// The number of subjects per quota above which subjects with a full quota are removed.
const MAX_SUBJECTS: usize = 10_000;

const NANOS_PER_MICRO: u64 = 1000;

/// Counts requests within this function instance. Used when Redis is unavailable or not configured.
///
/// A caller has the full quota in each instance. The throttling of API Gateway limits the total.
#[derive(Clone)]
pub struct InstanceLimiter {
    limiters: Arc<Mutex<HashMap<Quota, GovernorLimiter>>>,
    governor_clock: FixedClock,
    clock: Clock,
}

type GovernorLimiter = RateLimiter<Subject, HashMapStateStore<Subject>, FixedClock, StateInformationMiddleware>;

/// A clock that is set once per request, so that all checks of a request see the same time.
#[derive(Debug, Clone, Default)]
struct FixedClock(Arc<AtomicU64>);

impl clock::Clock for FixedClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.load(Ordering::Relaxed).into()
    }
}

impl InstanceLimiter {
    /// Creates a limiter without any counted requests.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { limiters: Arc::default(), governor_clock: FixedClock::default(), clock }
    }

    /// Counts one request.
    #[must_use]
    pub fn count(&self, quota: Quota, subject: Subject) -> Budget {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let now = u64::try_from(self.clock.now().as_nanosecond()).unwrap_or(0);
        // Monotonic: a system clock that is set back must not block callers.
        let now = self.governor_clock.0.fetch_max(now, Ordering::Relaxed).max(now);
        let limiter = limiters.entry(quota).or_insert_with(|| limiter(quota, self.governor_clock.clone()));
        if limiter.len() > MAX_SUBJECTS {
            limiter.retain_recent();
        }
        let counted = limiter.check_key(&subject);
        let remaining = counted.as_ref().map_or(0, governor::middleware::StateSnapshot::remaining_burst_capacity);
        // A check for one request more than remain is rejected. It changes nothing, and its error
        // contains the time at which it would be allowed.
        let one_more = NonZeroU32::MIN.saturating_add(remaining);
        let resets_at = match limiter.check_key_n(&subject, one_more) {
            Ok(Err(not_until)) => not_until.earliest_possible().as_u64(),
            Ok(Ok(_)) | Err(_) => now,
        };
        Budget {
            quota,
            allowed: counted.is_ok(),
            remaining,
            resets_at: resets_at / NANOS_PER_MICRO,
            counted_at: now / NANOS_PER_MICRO,
        }
    }
}

fn limiter(quota: Quota, clock: FixedClock) -> GovernorLimiter {
    let burst = NonZeroU32::new(quota.limit()).unwrap_or(NonZeroU32::MIN);
    let interval = Duration::from_micros(quota.interval_micros().into());
    let rate = GovernorQuota::with_period(interval).unwrap_or(GovernorQuota::per_minute(burst)).allow_burst(burst);
    GovernorLimiter::new(rate, HashMapStateStore::default(), clock)
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
        rate_limit::{GcraResult, Group, Quotas},
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
        Quotas::new(RateLimitConfig { factor: 1.0 }).for_group(Group::Login)
    }

    #[test]
    fn it_returns_the_same_budgets_as_redis() {
        let time = Time::default();
        let limiter = InstanceLimiter::new(Clock::from_source(time.clone()));
        let (quota, subject) = (login(), Subject::source_ip(None));
        let mut arrival = 0;
        for (at_ms, allowed) in
            [(0, true), (0, true), (0, true), (5000, true), (5000, true), (5000, false), (12_000, true)]
        {
            time.0.store(at_ms, Ordering::Relaxed);
            let now = 1_800_000_000_250_000 + at_ms * 1000;
            if allowed {
                arrival = now.max(arrival) + u64::from(quota.interval_micros());
            }
            let expected = Budget::from_gcra(quota, GcraResult { allowed, arrival, now });
            assert_eq!(limiter.count(quota, subject), expected, "at {at_ms} ms");
        }
    }

    #[test]
    fn subjects_and_groups_are_counted_separately() {
        let limiter = InstanceLimiter::new(Clock::from_source(Time::default()));
        let other = Subject::source_ip(Some([192, 0, 2, 1].into()));
        let register = Quotas::new(RateLimitConfig { factor: 1.0 }).for_group(Group::Register);
        for _ in 0..5 {
            assert!(limiter.count(login(), Subject::source_ip(None)).allowed);
        }
        assert!(!limiter.count(login(), Subject::source_ip(None)).allowed);
        assert!(limiter.count(login(), other).allowed);
        assert!(limiter.count(register, Subject::source_ip(None)).allowed);
    }
}
