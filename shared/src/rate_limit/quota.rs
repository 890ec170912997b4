use super::Group;
use crate::config::RateLimitConfig;

/// The period of every quota, in seconds.
const PERIOD_SECONDS: u32 = 60;
const PERIOD_MICROS: u32 = PERIOD_SECONDS * 1_000_000;

/// A burst size, and an interval after which one more request is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    group: Group,
    limit: u32,
}

impl Quota {
    /// The group of routes that the quota applies to.
    #[must_use]
    pub const fn group(self) -> Group {
        self.group
    }

    /// The number of requests per [period](Self::period_seconds), which is also the burst size. At
    /// least one.
    #[must_use]
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// The period in seconds.
    #[must_use]
    pub const fn period_seconds(self) -> u32 {
        PERIOD_SECONDS
    }

    /// The interval after which one more request is allowed, in microseconds. At least one.
    #[must_use]
    pub const fn interval_micros(self) -> u32 {
        PERIOD_MICROS / self.limit
    }
}

/// The quotas of this deployment.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    factor: f64,
}

impl Quotas {
    /// Creates the quotas: those of [`Group`], multiplied by `RATE_LIMIT_FACTOR`.
    #[must_use]
    pub const fn new(config: RateLimitConfig) -> Self {
        Self { factor: config.factor }
    }

    /// Returns the quota of a group. It allows at least one request per minute and at most one per
    /// microsecond, whatever the factor.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u32")]
    pub fn for_group(self, group: Group) -> Quota {
        let limit = (f64::from(group.per_minute()) * self.factor).round().clamp(1.0, f64::from(PERIOD_MICROS));
        Quota { group, limit: limit as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_quota(factor: f64) -> (u32, u32) {
        let quota = Quotas::new(RateLimitConfig { factor }).for_group(Group::WatchlistsList);
        (quota.limit(), quota.interval_micros())
    }

    #[test]
    fn the_factor_multiplies_every_quota() {
        assert_eq!(list_quota(1.0), (60, 1_000_000));
        assert_eq!(list_quota(0.5), (30, 2_000_000));
        assert_eq!(list_quota(100.0), (6000, 10_000));
        for group in Group::ALL {
            assert_eq!(Quotas::new(RateLimitConfig { factor: 3.0 }).for_group(group).limit(), group.per_minute() * 3);
        }
    }

    #[test]
    fn no_factor_blocks_a_route_or_overflows() {
        assert_eq!(list_quota(1e-9), (1, 60_000_000));
        assert_eq!(list_quota(1e300), (60_000_000, 1));
    }
}
