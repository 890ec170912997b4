use super::Quota;
use crate::domain::Error;

const SECOND: u64 = 1_000_000;

/// What is left of a quota after a request was counted. Instants are microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The quota.
    pub quota: Quota,
    /// The request may go on.
    pub passes: bool,
    /// How many more would pass now.
    pub remaining: u32,
    /// When one more than that would pass.
    resets_at: u64,
    /// When it was counted.
    counted_at: u64,
}

impl Budget {
    /// From what GCRA remembers once the request is counted, or was refused: the theoretical arrival time.
    #[must_use]
    pub fn from_arrival_time(quota: Quota, passes: bool, arrival: u64, now: u64) -> Self {
        let interval = u64::from(quota.interval_micros());
        let burst = interval * u64::from(quota.limit());
        let free = burst.saturating_sub(arrival.saturating_sub(now)) / interval;
        let remaining = if passes { u32::try_from(free).unwrap_or(quota.limit()) } else { 0 };
        // With `remaining + 1` intervals free of the burst, one more than `remaining` passes.
        let resets_at = (arrival + interval * (u64::from(remaining) + 1)).saturating_sub(burst);
        Self { quota, passes, remaining, resets_at, counted_at: now }
    }

    /// As another limiter measured it.
    pub(super) const fn measured(quota: Quota, passes: bool, remaining: u32, resets_at: u64, now: u64) -> Self {
        Self { quota, passes, remaining, resets_at, counted_at: now }
    }

    /// # Errors
    /// [`Error::RateLimited`] when the request does not pass.
    pub const fn check(&self) -> Result<(), Error> {
        if self.passes { Ok(()) } else { Err(Error::RateLimited) }
    }

    /// When one more than `remaining` would pass: the first full second, in seconds since 1970.
    #[must_use]
    pub const fn reset(&self) -> u64 {
        self.resets_at.div_ceil(SECOND)
    }

    /// The seconds from the present one until [`Budget::reset`]; at least one for a request that was refused.
    #[must_use]
    pub const fn seconds_to_reset(&self) -> u64 {
        self.reset().saturating_sub(self.counted_at / SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::RateLimitConfig,
        rate_limit::{Group, Quotas},
    };

    const NOW: u64 = 1_800_000_000_250_000;

    fn budget(passes: bool, ahead: u64) -> Budget {
        let quota = Quotas::new(RateLimitConfig { factor: 1.0 }).of(Group::WatchlistsList);
        Budget::from_arrival_time(quota, passes, NOW + ahead, NOW)
    }

    #[test]
    fn the_first_request_leaves_all_but_one_and_the_quota_is_whole_after_an_interval() {
        let first = budget(true, SECOND);
        assert_eq!((first.remaining, first.resets_at), (59, NOW + SECOND));
        assert_eq!((first.reset(), first.seconds_to_reset()), (1_800_000_002, 2));
    }

    #[test]
    fn the_last_request_leaves_none_and_one_more_passes_after_an_interval() {
        let last = budget(true, 60 * SECOND);
        assert_eq!((last.remaining, last.resets_at), (0, NOW + SECOND));
    }

    #[test]
    fn a_refused_request_may_come_again_when_its_turn_is_there() {
        let refused = budget(false, 60 * SECOND - 400_000);
        assert_eq!((refused.remaining, refused.resets_at), (0, NOW + 600_000));
        assert_eq!((refused.reset(), refused.seconds_to_reset()), (1_800_000_001, 1));
    }
}
