use crate::{
    cache::Cache,
    rate_limit::{Budget, Group, InstanceLimiter, Quota, Quotas, Subject},
};

/// Counts requests: in Redis, for all instances together, or in this instance alone while Redis is away.
#[derive(Debug, Clone)]
pub struct Limiter {
    pub(super) cache: Cache,
    instance: InstanceLimiter,
    quotas: Quotas,
}

impl Limiter {
    /// Counts in `cache`, or else in `instance`.
    #[must_use]
    pub const fn new(cache: Cache, instance: InstanceLimiter, quotas: Quotas) -> Self {
        Self { cache, instance, quotas }
    }

    /// Counts a request to a route of this group. One round trip to Redis.
    pub async fn count(&self, group: Group, subject: Subject) -> Budget {
        let counted = self.cache.count(subject, self.quota(group)).await;
        counted.unwrap_or_else(|_away| self.count_here(group, subject))
    }

    pub(super) fn count_here(&self, group: Group, subject: Subject) -> Budget {
        self.instance.count(self.quota(group), subject)
    }

    pub(super) fn quota(&self, group: Group) -> Quota {
        self.quotas.of(group)
    }
}
