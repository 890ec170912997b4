use crate::{
    audit::Audit,
    cache::{Cache, Invalidation},
    domain::{AuditEvent, SessionId, UserId},
    store::Error,
};

/// The effects of every change of an account's data: its cached copies in Redis are invalidated,
/// and the change is recorded in the audit trail. Both happen before the response is sent.
///
/// ```text
/// let effects = self.effects.begin(user, &sessions);
/// let result = self.store.change(user).await;
/// effects.finish(result, event).await
/// ```
#[derive(Debug, Clone)]
pub struct ChangeEffects {
    cache: Cache,
    audit: Audit,
}

/// The effects of one change that has begun.
///
/// If it is dropped before [`PendingEffects::finish`], for example because the request timed out,
/// the copies are invalidated in the background.
#[derive(Debug)]
#[must_use = "call `finish` after the change, whether it succeeded or failed"]
pub(super) struct PendingEffects<'a> {
    invalidation: Invalidation,
    audit: &'a Audit,
}

impl ChangeEffects {
    /// Creates the effects: changes invalidate copies in `cache` and are recorded by `audit`.
    #[must_use]
    pub const fn new(cache: Cache, audit: Audit) -> Self {
        Self { cache, audit }
    }

    /// The audit trail, for building events.
    pub(super) fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Begins a change of this user's data. [`PendingEffects::finish`] invalidates the cached pages
    /// of the user and these sessions.
    pub(super) fn begin(&self, user: UserId, sessions: &[SessionId]) -> PendingEffects<'_> {
        PendingEffects { invalidation: self.cache.begin_invalidation(user, sessions), audit: &self.audit }
    }
}

impl PendingEffects<'_> {
    /// Invalidates the cached copies and, if the change succeeded, records `event`. Both happen
    /// concurrently.
    ///
    /// The copies are invalidated even if the change failed: the table may have applied a write
    /// that it did not confirm.
    ///
    /// # Errors
    /// The error of the change. [`Error::Unavailable`] if the change succeeded but could not be
    /// recorded: the client must not receive a success then.
    pub(super) async fn finish<T>(self, result: Result<T, Error>, event: Option<AuditEvent>) -> Result<T, Error> {
        let event = event.filter(|_| result.is_ok());
        let ((), recorded) = tokio::join!(self.invalidation.finish(), record(self.audit, event));
        let value = result?;
        recorded.map(|()| value)
    }
}

async fn record(audit: &Audit, event: Option<AuditEvent>) -> Result<(), Error> {
    match event {
        Some(event) => audit.record(&event).await,
        None => Ok(()),
    }
}
