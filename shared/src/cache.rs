//! Redis (or Valkey): rate-limit counts, session states and pages of watchlists. The only module
//! that uses the `redis` crate.
//!
//! Redis is optional: every response stays correct without it. Each value is one of three: cached
//! data from the table, a rate-limit count, or a generation. A generation prevents outdated
//! entries; see `cache/keys.rs`. When Redis is unavailable, methods return [`RedisUnavailable`] and
//! the caller reads the table instead; rate limits are then counted per function instance.
//!
//! | file | content |
//! | --- | --- |
//! | `cache/keys.rs` | all keys, their values and lifetimes |
//! | `cache/lookup.rs` | rate limit, session and page of a request, read in one round trip |
//! | `cache/store.rs` | storing entries, unless the data has changed since it was read |
//! | `cache/page_cache.rs` | watchlist pages (30 s): served from Redis, or rendered and stored |
//! | `cache/invalidate.rs` | deletion of a user's cached entries after a change, with retries |
//! | `cache/connection.rs` | the connection, its timeouts and its circuit breaker |
//! | `cache/iam.rs` | authentication with IAM: a signed token instead of a password |
//! | `cache/scripts.rs` | loading and calling the Lua scripts |
//! | `cache/single_flight.rs` | one load for concurrent misses of the same key |
//!
//! [`ChangeEffects`](crate::services::ChangeEffects) calls [`Cache::begin_invalidation`] for every
//! change to a watchlist or a session.

mod connection;
mod iam;
mod invalidate;
mod keys;
mod lookup;
mod page_cache;
mod scripts;
mod single_flight;
mod store;

use std::{fmt, sync::Arc};

pub use connection::RedisUnavailable;
pub use iam::IamAuthentication;
pub use invalidate::Invalidation;
pub use keys::PageKey;
pub use lookup::{Generation, LookupResult};
pub use page_cache::{PageCache, PageLookup};
pub use single_flight::SingleFlight;
pub use store::{RenderedPage, SessionState};

use connection::RedisConnection;
use invalidate::PendingDeletions;

use crate::{
    config::{ConfigError, RedisConfig},
    random::Random,
};

/// A handle to Redis. Clones share one connection.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    /// `None` when no Redis is configured.
    connection: Option<RedisConnection>,
    pending_deletions: PendingDeletions,
    random: Random,
}

impl Cache {
    /// Creates a handle that authenticates with the user and password of the URL, if any. Does not
    /// connect yet.
    ///
    /// # Errors
    /// The URL or the CA certificate is invalid.
    pub fn new(config: &RedisConfig, random: Random) -> Result<Self, ConfigError> {
        Ok(Self::over(RedisConnection::new(config, None)?, random))
    }

    /// Creates a handle that authenticates with IAM as the user of the URL. Does not connect yet.
    ///
    /// # Errors
    /// Same errors as [`Cache::new`].
    pub fn with_iam(config: &RedisConfig, iam: IamAuthentication, random: Random) -> Result<Self, ConfigError> {
        Ok(Self::over(RedisConnection::new(config, Some(iam))?, random))
    }

    fn over(connection: Option<RedisConnection>, random: Random) -> Self {
        Self(Arc::new(Inner { connection, pending_deletions: PendingDeletions::default(), random }))
    }

    /// Connects during init, so that the first request does not have to. Failure is harmless: the
    /// first request connects instead.
    pub async fn warm_up(&self) {
        if let Some(connection) = &self.0.connection {
            connection.warm_up().await;
        }
    }

    /// Sends a `PING`, even while the circuit breaker is open. Used by the health report.
    ///
    /// # Errors
    /// Redis does not respond in time.
    pub async fn ping(&self) -> Result<(), RedisUnavailable> {
        let ping = |mut connection| async move { redis::cmd("PING").exec_async(&mut connection).await };
        self.connection()?.run_ignoring_breaker(ping).await
    }

    fn connection(&self) -> Result<&RedisConnection, RedisUnavailable> {
        self.0.connection.as_ref().ok_or(RedisUnavailable)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache(..)")
    }
}
