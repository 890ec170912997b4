use crate::{
    domain::{AuditEvent, SessionId, UserId},
    services::ChangeEffects,
    store::{Error, Sessions},
};

/// Revokes sessions: deletes them in the table, which is authoritative, and invalidates their
/// cached state in Redis, so that every instance rejects their tokens from the next request on.
///
/// While Redis is unavailable, a cached session can outlive its deletion for a short time; see
/// [`Invalidation::finish`](crate::cache::Invalidation::finish).
#[derive(Debug, Clone)]
pub struct SessionRevoker {
    sessions: Sessions,
    effects: ChangeEffects,
}

impl SessionRevoker {
    /// Creates a revoker of the sessions in `sessions`.
    #[must_use]
    pub const fn new(sessions: Sessions, effects: ChangeEffects) -> Self {
        Self { sessions, effects }
    }

    /// Revokes a session and records `event`. Idempotent.
    ///
    /// # Errors
    /// The table is unavailable, or the event could not be recorded.
    pub async fn revoke(&self, user: UserId, id: SessionId, event: AuditEvent) -> Result<(), Error> {
        let effects = self.effects.begin(user, &[id]);
        let result = self.sessions.delete(user, id).await;
        effects.finish(result, Some(event)).await
    }

    /// Revokes a session that must exist and records `event`. Returns `None` and records nothing
    /// when it does not exist.
    ///
    /// # Errors
    /// The table is unavailable, or the event could not be recorded.
    pub async fn revoke_existing(&self, user: UserId, id: SessionId, event: AuditEvent) -> Result<Option<()>, Error> {
        let effects = self.effects.begin(user, &[id]);
        let result = self.sessions.delete_existing(user, id).await;
        let event = matches!(result, Ok(Some(()))).then_some(event);
        effects.finish(result, event).await
    }

    /// Revokes all sessions of a user except `except`. The caller records why.
    ///
    /// # Errors
    /// The table is unavailable. Some sessions may be revoked; calling again revokes the rest.
    pub async fn revoke_all(&self, user: UserId, except: Option<SessionId>) -> Result<(), Error> {
        let mut ids = self.sessions.ids(user).await?;
        ids.retain(|id| Some(*id) != except);
        if ids.is_empty() {
            return Ok(());
        }
        let effects = self.effects.begin(user, &ids);
        let result = self.sessions.delete_many(user, &ids).await;
        effects.finish(result, None).await
    }

    /// Makes a change that also deletes this session, and invalidates the session's cached state.
    ///
    /// # Errors
    /// The error of the change.
    pub async fn revoke_with<T>(
        &self,
        user: UserId,
        id: Option<SessionId>,
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let effects = self.effects.begin(user, id.as_slice());
        let result = change.await;
        effects.finish(result, None).await
    }
}
