use super::Group;
use crate::config::RateLimitConfig;

/// The period of every quota, in seconds.
const PERIOD_SECONDS: u32 = 60;
const PERIOD_MICROS: u32 = PERIOD_SECONDS * 1_000_000;

/// So many requests at once, and one more for each interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    group: Group,
    limit: u32,
}

impl Quota {
    /// For whose routes.
    #[must_use]
    pub const fn group(self) -> Group {
        self.group
    }

    /// Requests within the [period](Self::period_seconds); at least one.
    #[must_use]
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// The period in seconds.
    #[must_use]
    pub const fn period_seconds(self) -> u32 {
        PERIOD_SECONDS
    }

    /// The microseconds after which one more request passes; at least one.
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
    /// The table of [`Group`], multiplied by `RATE_LIMIT_FACTOR`.
    #[must_use]
    pub const fn new(config: RateLimitConfig) -> Self {
        Self { factor: config.factor }
    }

    /// The quota of a group. However small the factor is, one request passes; however large, a microsecond lies between two.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a u32 holds")]
    pub fn of(self, group: Group) -> Quota {
        let limit = (f64::from(group.per_minute()) * self.factor).round().clamp(1.0, f64::from(PERIOD_MICROS));
        Quota { group, limit: limit as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_quota(factor: f64) -> (u32, u32) {
        let quota = Quotas::new(RateLimitConfig { factor }).of(Group::WatchlistsList);
        (quota.limit(), quota.interval_micros())
    }

    #[test]
    fn the_factor_multiplies_every_quota() {
        assert_eq!(list_quota(1.0), (60, 1_000_000));
        assert_eq!(list_quota(0.5), (30, 2_000_000));
        assert_eq!(list_quota(100.0), (6000, 10_000));
        for group in Group::ALL {
            assert_eq!(Quotas::new(RateLimitConfig { factor: 3.0 }).of(group).limit(), group.per_minute() * 3);
        }
    }

    #[test]
    fn no_factor_shuts_a_route_or_overflows() {
        assert_eq!(list_quota(1e-9), (1, 60_000_000));
        assert_eq!(list_quota(1e300), (60_000_000, 1));
    }
}
