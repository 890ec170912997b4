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
    /// Makes a change of the user's, and takes out the user's pages and what is kept of these sessions before anybody is
    /// told: the next request reads the table, and no copy that is being made is kept. One round trip.
    ///
    /// Also after a failure, because the table may have done what it did not confirm, and also when the request is given up
    /// midway. When Redis cannot be told, the answer does not wait for that: the deletion lies in a connection that hangs, or
    /// is repeated ten times a second for as long as a copy could live
    /// (docs/adr/0011-copies-in-redis.md says what remains).
    pub async fn forget_after<T>(&self, user: UserId, sessions: &[SessionId], change: impl Future<Output = T>) -> T {
        let given_up = GivenUp { cache: self, keys: keys_of(user, sessions) };
        let outcome = change.await;
        self.forget(user, sessions).await;
        given_up.never_mind();
        outcome
    }

    /// Takes out the user's pages and what is kept of these sessions.
    pub async fn forget(&self, user: UserId, sessions: &[SessionId]) {
        let Ok(link) = self.link() else { return };
        let keys = keys_of(user, sessions);
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

/// A change that is given up midway, as by the handler's deadline, may have been made: it owes the deletion.
struct GivenUp<'a> {
    cache: &'a Cache,
    keys: Keys,
}

impl GivenUp<'_> {
    fn never_mind(mut self) {
        self.keys.clear();
    }
}

impl Drop for GivenUp<'_> {
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
