use crate::{
    cache::Cache,
    domain::{SessionId, UserId},
    store::{Error, Sessions},
};

/// Ends sessions: in the table, whose word it is, and at once in what Redis keeps of them, so that the next call with one of
/// their tokens is refused by every instance.
///
/// While Redis cannot be told, the table alone knows; see [`Cache::forget_after`] for what happens then.
#[derive(Debug, Clone)]
pub struct Revocation {
    sessions: Sessions,
    cache: Cache,
}

impl Revocation {
    /// Ends what is in `sessions` and kept in `cache`.
    #[must_use]
    pub const fn new(sessions: Sessions, cache: Cache) -> Self {
        Self { sessions, cache }
    }

    /// Ends a session; ending it twice is the same.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn end(&self, user: UserId, id: SessionId) -> Result<(), Error> {
        self.cache.forget_after(user, &[id], self.sessions.end(user, id)).await
    }

    /// Ends a session that must be there; `None` when it is not.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn end_existing(&self, user: UserId, id: SessionId) -> Result<Option<()>, Error> {
        self.cache.forget_after(user, &[id], self.sessions.end_existing(user, id)).await
    }

    /// Ends all sessions of this user's, but for the one to keep.
    ///
    /// # Errors
    /// The table does not answer. Some sessions may have ended; calling again ends the rest.
    pub async fn end_all(&self, user: UserId, keep: Option<SessionId>) -> Result<(), Error> {
        let mut ids = self.sessions.ids(user).await?;
        ids.retain(|id| Some(*id) != keep);
        if ids.is_empty() {
            return Ok(());
        }
        self.cache.forget_after(user, &ids, self.sessions.end_these(user, &ids)).await
    }

    /// Does what ends this session of the user's too.
    pub async fn end_with<T>(&self, user: UserId, id: Option<SessionId>, change: impl Future<Output = T>) -> T {
        self.cache.forget_after(user, id.as_slice(), change).await
    }
}
