use crate::services::ChangeEffects;
use crate::{
    domain::{AuditEvent, SessionId, UserId},
    store::{Error, Sessions},
};

/// Ends sessions: in the table, whose word it is, and at once in what Redis keeps of them, so that the next call with one of
/// their tokens is refused by every instance.
///
/// While Redis cannot be told, the table alone knows; see [`Forgetting::finish`](crate::cache::Forgetting::finish) for what
/// happens then. What the audit trail learns is the caller's to say, who knows why the session ends.
#[derive(Debug, Clone)]
pub struct Revocation {
    sessions: Sessions,
    follow_up: ChangeEffects,
}

impl Revocation {
    /// Ends what is in `sessions`.
    #[must_use]
    pub const fn new(sessions: Sessions, follow_up: ChangeEffects) -> Self {
        Self { sessions, follow_up }
    }

    /// Ends a session and records that; ending it twice is the same.
    ///
    /// # Errors
    /// The table does not answer, or the event could not be recorded.
    pub async fn end(&self, user: UserId, id: SessionId, event: AuditEvent) -> Result<(), Error> {
        self.follow_up.after(user, &[id], self.sessions.end(user, id), |()| Some(event)).await
    }

    /// Ends a session that must be there and records that; `None` when it is not there.
    ///
    /// # Errors
    /// The table does not answer, or the event could not be recorded.
    pub async fn end_existing(&self, user: UserId, id: SessionId, event: AuditEvent) -> Result<Option<()>, Error> {
        let change = self.sessions.end_existing(user, id);
        self.follow_up.after(user, &[id], change, |ended| ended.map(|()| event)).await
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
        self.follow_up.after_quietly(user, &ids, self.sessions.end_these(user, &ids)).await
    }

    /// Does what ends this session of the user's too.
    ///
    /// # Errors
    /// Those of the change.
    pub async fn end_with<T>(
        &self,
        user: UserId,
        id: Option<SessionId>,
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.follow_up.after_quietly(user, id.as_slice(), change).await
    }
}
