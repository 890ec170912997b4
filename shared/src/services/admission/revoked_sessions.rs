//! Sessions that are known to have ended, remembered by this instance.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::SessionId;

/// More sessions than one instance sees while Redis is unavailable.
const MAX_SESSIONS: usize = 10_000;

/// Sessions that this instance has read from the table and found to have ended. An ended session
/// never becomes active again.
#[derive(Debug, Clone, Default)]
pub(super) struct RevokedSessions(Arc<Mutex<HashSet<SessionId>>>);

impl RevokedSessions {
    pub(super) fn contains(&self, id: SessionId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    pub(super) fn insert(&self, id: SessionId) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= MAX_SESSIONS {
            // Safe: a session that is not in the set is read from the table again.
            ended.clear();
        }
        ended.insert(id);
    }
}
