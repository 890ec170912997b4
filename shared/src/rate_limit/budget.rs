use super::Quota;
use crate::domain::Error;

const SECOND: u64 = 1_000_000;

/// The remaining part of a quota after a request was counted.
///
/// Times are Unix timestamps in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The quota.
    pub quota: Quota,
    /// `true` if the request is within the quota.
    pub allowed: bool,
    /// The number of further requests that would be allowed now.
    pub remaining: u32,
    /// The time at which one request more than `remaining` would be allowed.
    pub(super) resets_at: u64,
    /// The time at which the request was counted.
    pub(super) counted_at: u64,
}

/// The result of counting a request with GCRA. Times are Unix timestamps in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GcraResult {
    /// `true` if the request is within the quota.
    pub allowed: bool,
    /// The theoretical arrival time after the request.
    pub arrival: u64,
    /// The time at which the request was counted.
    pub now: u64,
}

impl Budget {
    /// Computes the budget from the result of GCRA.
    #[must_use]
    pub fn from_gcra(quota: Quota, GcraResult { allowed, arrival, now }: GcraResult) -> Self {
        let interval = u64::from(quota.interval_micros());
        let burst = interval * u64::from(quota.limit());
        let free = burst.saturating_sub(arrival.saturating_sub(now)) / interval;
        let remaining = if allowed { u32::try_from(free).unwrap_or(quota.limit()) } else { 0 };
        // One request more is allowed as soon as `remaining + 1` intervals of the burst are free.
        let resets_at = (arrival + interval * (u64::from(remaining) + 1)).saturating_sub(burst);
        Self { quota, allowed, remaining, resets_at, counted_at: now }
    }

    /// Checks that the request is within the quota.
    ///
    /// # Errors
    /// [`Error::RateLimited`] if it is not.
    pub const fn check(&self) -> Result<(), Error> {
        if self.allowed { Ok(()) } else { Err(Error::RateLimited) }
    }

    /// The time at which one request more than `remaining` would be allowed: a Unix timestamp in
    /// seconds, rounded up.
    #[must_use]
    pub const fn reset(&self) -> u64 {
        self.resets_at.div_ceil(SECOND)
    }

    /// The number of seconds until [`Budget::reset`]. At least one for a rejected request.
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

    fn budget(result: GcraResult) -> Budget {
        let quota = Quotas::new(RateLimitConfig { factor: 1.0 }).for_group(Group::WatchlistsList);
        Budget::from_gcra(quota, result)
    }

    #[test]
    fn the_first_request_leaves_59_of_60_and_resets_after_one_interval() {
        let first = budget(GcraResult { allowed: true, arrival: NOW + SECOND, now: NOW });
        assert_eq!((first.remaining, first.resets_at), (59, NOW + SECOND));
        assert_eq!((first.reset(), first.seconds_to_reset()), (1_800_000_002, 2));
    }

    #[test]
    fn the_last_request_leaves_none_and_one_more_is_allowed_after_one_interval() {
        let last = budget(GcraResult { allowed: true, arrival: NOW + 60 * SECOND, now: NOW });
        assert_eq!((last.remaining, last.resets_at), (0, NOW + SECOND));
    }

    #[test]
    fn a_rejected_request_can_be_retried_at_the_reset_time() {
        let rejected = budget(GcraResult { allowed: false, arrival: NOW + 60 * SECOND - 400_000, now: NOW });
        assert_eq!((rejected.remaining, rejected.resets_at), (0, NOW + 600_000));
        assert_eq!((rejected.reset(), rejected.seconds_to_reset()), (1_800_000_001, 1));
    }
}
