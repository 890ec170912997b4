//! Rate limiting in Redis, with a fallback in the instance.

use crate::{
    cache::Cache,
    rate_limit::{Budget, Group, InstanceLimiter, Quota, Quotas, Subject},
};

/// Counts requests in Redis across all instances. While Redis is unavailable, counts them in this
/// instance alone.
#[derive(Debug, Clone)]
pub struct Limiter {
    pub(super) cache: Cache,
    instance: InstanceLimiter,
    quotas: Quotas,
}

impl Limiter {
    /// Creates a limiter that counts in `cache` and falls back to `instance`.
    #[must_use]
    pub const fn new(cache: Cache, instance: InstanceLimiter, quotas: Quotas) -> Self {
        Self { cache, instance, quotas }
    }

    /// Counts a request to a route of this group. One round trip to Redis.
    pub async fn count(&self, group: Group, subject: Subject) -> Budget {
        let counted = self.cache.count(subject, self.quota(group)).await;
        counted.unwrap_or_else(|_unavailable| self.count_in_instance(group, subject))
    }

    pub(super) fn count_in_instance(&self, group: Group, subject: Subject) -> Budget {
        self.instance.count(self.quota(group), subject)
    }

    pub(super) fn quota(&self, group: Group) -> Quota {
        self.quotas.for_group(group)
    }
}
