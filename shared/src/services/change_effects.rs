use crate::{
    audit::Audit,
    cache::Cache,
    domain::{AuditEvent, SessionId, UserId},
    store::Error,
};

/// What follows every change, before anybody is told of it: Redis forgets what it kept, and the audit trail learns of it,
/// both at once.
#[derive(Debug, Clone)]
pub struct ChangeEffects {
    cache: Cache,
    audit: Audit,
}

impl ChangeEffects {
    /// Takes out of `cache` and tells `audit`.
    #[must_use]
    pub const fn new(cache: Cache, audit: Audit) -> Self {
        Self { cache, audit }
    }

    /// The trail.
    pub(super) fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Makes a change of the user's and forgets the user's pages and what is kept of these sessions. `event` says what the
    /// trail learns of what was done, if anything.
    ///
    /// # Errors
    /// Those of the change. [`Error::Unavailable`] also when the change was made and could not be recorded: then the caller
    /// must not be told that all is well.
    pub(super) async fn after<T>(
        &self,
        user: UserId,
        sessions: &[SessionId],
        change: impl Future<Output = Result<T, Error>>,
        event: impl FnOnce(&T) -> Option<AuditEvent>,
    ) -> Result<T, Error> {
        let forgetting = self.cache.before_change(user, sessions);
        let outcome = change.await;
        let event = outcome.as_ref().ok().and_then(event);
        let recording = async {
            match &event {
                Some(event) => self.audit.record(event).await,
                None => Ok(()),
            }
        };
        let ((), recorded) = tokio::join!(forgetting.finish(), recording);
        let done = outcome?;
        recorded.map(|()| done)
    }

    /// Like [`ChangeEffects::after`], for a change that the trail learns of otherwise.
    pub(super) async fn after_quietly<T>(
        &self,
        user: UserId,
        sessions: &[SessionId],
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.after(user, sessions, change, |_| None).await
    }
}
