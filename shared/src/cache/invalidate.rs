//! Invalidation of a user's cached pages and sessions when the table changes.
//!
//! [`ChangeEffects`](crate::services::ChangeEffects) wraps every change in
//! [`Cache::begin_invalidation`] and [`Invalidation::finish`]. `finish` runs after the change and
//! before the response, so the next request reads the table. It deletes the user's generation,
//! which makes all cached pages of the user invalid, and the session keys.
//!
//! While Redis is unavailable, deletions are retried in the background for as long as a stale entry
//! can exist. `docs/adr/0011-redis-cache-and-invalidation.md` describes the remaining risks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use redis::{RedisResult, aio::MultiplexedConnection};
use tokio::time::interval;

use super::{Cache, connection::RedisConnection, keys};
use crate::domain::{SessionId, UserId};

/// The longest lifetime of a cached entry: 60 seconds for sessions, 30 for pages. A pending
/// deletion is dropped after it, because all stale entries have expired.
const MAX_ENTRY_LIFETIME: Duration = Duration::from_mins(1);
/// The time between two attempts to send pending deletions.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// The maximum number of pending deletions. It is not reached in practice: one instance makes fewer
/// changes within [`MAX_ENTRY_LIFETIME`].
const MAX_PENDING: usize = 100_000;

/// Keys of one user that are deleted together. All of them are in one slot.
type Keys = Vec<String>;

/// Deletions that Redis has not confirmed yet, with the time at which each was requested.
#[derive(Default, Clone)]
pub(super) struct PendingDeletions(Arc<Mutex<HashMap<Keys, Instant>>>);

/// A pending invalidation of a user's pages and sessions.
#[derive(Debug)]
#[must_use = "call `finish` after the change, whether it succeeded or failed"]
pub struct Invalidation {
    cache: Cache,
    keys: Keys,
}

impl Cache {
    /// Begins the invalidation of the user's pages and of these sessions. Call it before the change
    /// and [`Invalidation::finish`] after it.
    ///
    /// If the request is cancelled in between, for example by a timeout, dropping the value
    /// schedules the deletion.
    pub fn begin_invalidation(&self, user: UserId, sessions: &[SessionId]) -> Invalidation {
        Invalidation { cache: self.clone(), keys: keys_of(user, sessions) }
    }

    async fn invalidate(&self, keys: Keys) {
        let Ok(connection) = self.connection() else { return };
        if connection.send_best_effort(|connection| delete(connection, vec![keys.clone()])).await.is_err() {
            self.0.pending_deletions.schedule(keys, connection);
        }
    }
}

impl Invalidation {
    /// Invalidates the cached entries. One round trip.
    ///
    /// Afterwards, another request can no longer store data that it read before the change. Call
    /// this even if the change failed: the table may have applied a write that it did not confirm.
    ///
    /// Never fails. If Redis does not respond in time, the deletion is retried in the background
    /// every 100 ms. If Redis hangs, it also executes the first attempt when it resumes.
    pub async fn finish(mut self) {
        self.cache.invalidate(self.keys.clone()).await;
        self.keys.clear();
    }
}

/// Schedules the deletion if [`Invalidation::finish`] did not complete: the change may have been
/// made.
impl Drop for Invalidation {
    fn drop(&mut self) {
        if let (false, Ok(connection)) = (self.keys.is_empty(), self.cache.connection()) {
            self.cache.0.pending_deletions.schedule(std::mem::take(&mut self.keys), connection);
        }
    }
}

/// The generation and the sessions. Once the generation is deleted, no entry that was read
/// before the change can be stored.
fn keys_of(user: UserId, sessions: &[SessionId]) -> Keys {
    let sessions = sessions.iter().map(|session| keys::session(user, *session));
    [keys::generation(user)].into_iter().chain(sessions).collect()
}

/// Sends one `DEL` per list of keys. Each deletes the keys of one user atomically.
async fn delete(mut connection: MultiplexedConnection, users: Vec<Keys>) -> RedisResult<()> {
    let mut deletions = redis::pipe();
    for keys in &users {
        deletions.del(keys).ignore();
    }
    deletions.exec_async(&mut connection).await
}

impl PendingDeletions {
    fn schedule(&self, keys: Keys, connection: &RedisConnection) {
        let mut pending = self.lock();
        let is_idle = pending.is_empty();
        if pending.len() < MAX_PENDING {
            pending.insert(keys, Instant::now());
        }
        if is_idle {
            tokio::spawn(self.clone().retry(connection.clone()));
        }
    }

    /// Retries until every deletion is confirmed or has expired. Pauses while the execution
    /// environment is frozen.
    async fn retry(self, connection: RedisConnection) {
        let mut ticks = interval(RETRY_INTERVAL);
        loop {
            ticks.tick().await;
            let batch: Vec<(Keys, Instant)> = {
                let mut pending = self.lock();
                pending.retain(|_, since| since.elapsed() < MAX_ENTRY_LIFETIME);
                pending.iter().map(|(keys, since)| (keys.clone(), *since)).collect()
            };
            let users = || batch.iter().map(|(keys, _)| keys.clone()).collect();
            let is_confirmed = connection.run_ignoring_breaker(|connection| delete(connection, users())).await.is_ok();
            let mut pending = self.lock();
            if is_confirmed {
                // A deletion that was scheduled again in the meantime has a newer time, and stays.
                pending.retain(|keys, since| !batch.contains(&(keys.clone(), *since)));
            }
            if pending.is_empty() {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Keys, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
