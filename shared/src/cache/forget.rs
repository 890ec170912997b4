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
/// More users than change anything through one instance while Redis is away.
const MOST: usize = 100_000;

/// Keys that must be deleted, each until it would be gone by itself.
#[derive(Default, Clone)]
pub(super) struct Owed(Arc<Mutex<HashMap<String, Instant>>>);

impl Cache {
    /// Takes out the user's pages and what is kept of these sessions, and stops every copy that is being made: the next
    /// request reads the table. One round trip.
    ///
    /// Called after each write and before its answer. When Redis cannot be told, the answer does not wait: while Redis
    /// hangs, the deletion is on its way and is done before what is asked later; otherwise it is repeated ten times a second
    /// for as long as a copy could live.
    pub async fn forget(&self, user: UserId, sessions: &[SessionId]) {
        let Ok(link) = self.link() else { return };
        let sessions = sessions.iter().map(|session| keys::session(user, *session));
        let keys: Vec<String> = sessions.chain([keys::generation(user)]).collect();
        if link.insist(|connection| delete(connection, keys.clone())).await.is_err() {
            self.0.owed.note(keys, link);
        }
    }
}

/// One by one: they may be in several slots.
async fn delete(mut connection: MultiplexedConnection, keys: Vec<String>) -> RedisResult<()> {
    let mut deletions = redis::pipe();
    for key in &keys {
        deletions.del(key).ignore();
    }
    deletions.exec_async(&mut connection).await
}

impl Owed {
    fn note(&self, keys: Vec<String>, link: &Link) {
        let mut owed = self.keys();
        let nobody_delivers = owed.is_empty();
        if owed.len() < MOST {
            owed.extend(keys.into_iter().map(|key| (key, Instant::now())));
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
            let told: Vec<(String, Instant)> = {
                let mut owed = self.keys();
                owed.retain(|_, since| since.elapsed() < FORGOTTEN_BY_ITSELF);
                owed.iter().map(|(key, since)| (key.clone(), *since)).collect()
            };
            let keys = || told.iter().map(|(key, _)| key.clone()).collect();
            let delivered = link.run_regardless(|connection| delete(connection, keys())).await.is_ok();
            let mut owed = self.keys();
            if delivered {
                // What was owed anew while we told it stays.
                owed.retain(|key, since| !told.contains(&(key.clone(), *since)));
            }
            if owed.is_empty() {
                return;
            }
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
