use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use redis::{RedisResult, aio::MultiplexedConnection};
use tokio::time::interval;

use super::{Cache, keys, link::Link};
use crate::domain::{SessionId, UserId};

/// By then no copy is left that could be out of date: sessions are kept for 60 seconds, pages for 30.
const FORGOTTEN_BY_ITSELF: Duration = Duration::from_mins(1);
/// How often Redis is tried while it has to be told something.
const TRY_AGAIN: Duration = Duration::from_millis(100);
/// More changes than one instance makes while Redis is away.
const MOST: usize = 100_000;

/// Keys of one user that are deleted together: all of them lie in one slot.
type Keys = Vec<String>;

/// What must be deleted, until it would be gone by itself.
#[derive(Default, Clone)]
pub(super) struct Owed(Arc<Mutex<HashMap<Keys, Instant>>>);

impl Cache {
    /// Before a change of the user's: whatever comes of it, the user's pages and what is kept of these sessions are taken
    /// out, at the latest when this value is dropped because the request was given up midway.
    pub fn before_change(&self, user: UserId, sessions: &[SessionId]) -> Forgetting {
        Forgetting { cache: self.clone(), keys: keys_of(user, sessions) }
    }

    async fn forget(&self, keys: Keys) {
        let Ok(link) = self.link() else { return };
        if link.insist(|connection| delete(connection, vec![keys.clone()])).await.is_err() {
            self.0.owed.note(keys, link);
        }
    }
}

/// The generation first, so that no session is kept again under it.
fn keys_of(user: UserId, sessions: &[SessionId]) -> Keys {
    let sessions = sessions.iter().map(|session| keys::session(user, *session));
    [keys::generation(user)].into_iter().chain(sessions).collect()
}

/// One command for each user, whose keys go at once.
async fn delete(mut connection: MultiplexedConnection, users: Vec<Keys>) -> RedisResult<()> {
    let mut deletions = redis::pipe();
    for keys in &users {
        deletions.del(keys).ignore();
    }
    deletions.exec_async(&mut connection).await
}

/// What is to be forgotten because of a change.
#[derive(Debug)]
#[must_use = "finish it when the change is made or has failed"]
pub struct Forgetting {
    cache: Cache,
    keys: Keys,
}

impl Forgetting {
    /// After the change and before anybody is told of it: the next request reads the table, and no copy that is being made
    /// is kept. One round trip. Also after a failure, because the table may have done what it did not confirm.
    ///
    /// When Redis cannot be told, the answer does not wait for that: the deletion lies in a connection that hangs, or is
    /// repeated ten times a second for as long as a copy could live (docs/adr/0011-redis-cache-and-invalidation.md says what remains).
    pub async fn finish(mut self) {
        self.cache.forget(self.keys.clone()).await;
        self.keys.clear();
    }
}

/// A change that is given up midway, as by the handler's deadline, may have been made: the deletion is owed.
impl Drop for Forgetting {
    fn drop(&mut self) {
        if let (false, Ok(link)) = (self.keys.is_empty(), self.cache.link()) {
            self.cache.0.owed.note(std::mem::take(&mut self.keys), link);
        }
    }
}

impl Owed {
    fn note(&self, keys: Keys, link: &Link) {
        let mut owed = self.keys();
        let nobody_delivers = owed.is_empty();
        if owed.len() < MOST {
            owed.insert(keys, Instant::now());
        }
        if nobody_delivers {
            tokio::spawn(self.clone().deliver(link.clone()));
        }
    }

    /// Until Redis was told everything, or it no longer matters. While Lambda has frozen the function, this waits too.
    async fn deliver(self, link: Link) {
        let mut again = interval(TRY_AGAIN);
        loop {
            again.tick().await;
            let told: Vec<(Keys, Instant)> = {
                let mut owed = self.keys();
                owed.retain(|_, since| since.elapsed() < FORGOTTEN_BY_ITSELF);
                owed.iter().map(|(keys, since)| (keys.clone(), *since)).collect()
            };
            let users = || told.iter().map(|(keys, _)| keys.clone()).collect();
            let delivered = link.run_regardless(|connection| delete(connection, users())).await.is_ok();
            let mut owed = self.keys();
            if delivered {
                // What was owed anew while we told it stays.
                owed.retain(|keys, since| !told.contains(&(keys.clone(), *since)));
            }
            if owed.is_empty() {
                return;
            }
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<Keys, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
