use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::SessionId;

/// More than one instance meets while Redis is away.
const MOST: usize = 10_000;

/// Sessions that this instance has found to be over. None of them comes back.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownEnded(Arc<Mutex<HashSet<SessionId>>>);

impl KnownEnded {
    pub(super) fn contains(&self, id: SessionId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    pub(super) fn insert(&self, id: SessionId) {
        let mut ended = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= MOST {
            // It is only a help: what is forgotten is read again.
            ended.clear();
        }
        ended.insert(id);
    }
}
