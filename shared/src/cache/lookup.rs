//! Lookup of everything that a request needs from Redis, in one round trip.

use data_encoding::BASE64URL_NOPAD;

use super::{Cache, PageKey, RedisUnavailable, RenderedPage, SessionState, keys, scripts::ADMIT};
use crate::{
    domain::{SessionId, UserId},
    rate_limit::{Budget, GcraResult, Quota, Subject},
};

/// The random id of the current generation of a user's cached data; see `cache/keys.rs`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Generation(pub(super) String);

/// The result of [`Cache::lookup`].
#[derive(Debug)]
pub struct LookupResult {
    /// The caller's rate-limit budget. `None` when the session has ended, in which case the
    /// request was not counted.
    pub budget: Option<Budget>,
    /// The session, if cached.
    pub session: Option<SessionState>,
    /// The generation under which entries can be stored. Empty when the rate limit rejected the
    /// request or the session has ended.
    pub generation: Generation,
    /// The page, if one was requested and is cached.
    pub page: Option<RenderedPage>,
}

/// The return value of the script: allowed, arrival, now, session, generation, page.
type ScriptResponse = (Option<u8>, u64, u64, Option<String>, Option<String>, Option<Vec<u8>>);

impl Cache {
    /// Counts a request against the subject's quota. One round trip.
    ///
    /// # Errors
    /// Redis is unavailable.
    pub async fn count(&self, subject: Subject, quota: Quota) -> Result<Budget, RedisUnavailable> {
        let keys = [keys::limit(subject, quota.group())];
        let (allowed, arrival, now, ..) = self.admit(&keys, quota).await?;
        Ok(Budget::from_gcra(quota, GcraResult { allowed: allowed == Some(1), arrival, now }))
    }

    /// Counts a request against the user's quota, and looks up the session and optionally a page.
    /// One round trip.
    ///
    /// # Errors
    /// Redis is unavailable.
    pub async fn lookup(
        &self,
        user: UserId,
        session: SessionId,
        quota: Quota,
        page: Option<&PageKey>,
    ) -> Result<LookupResult, RedisUnavailable> {
        let mut keys =
            vec![keys::limit(Subject::user(user), quota.group()), keys::session(user, session), keys::generation(user)];
        keys.extend(page.map(PageKey::key));
        let (allowed, arrival, now, session, generation, page) = self.admit(&keys, quota).await?;
        let counted = |allowed| Budget::from_gcra(quota, GcraResult { allowed: allowed == 1, arrival, now });
        Ok(LookupResult {
            budget: allowed.map(counted),
            session: session.as_deref().and_then(SessionState::decode),
            generation: Generation(generation.unwrap_or_default()),
            page: page.as_deref().and_then(RenderedPage::decode),
        })
    }

    async fn admit(&self, keys: &[String], quota: Quota) -> Result<ScriptResponse, RedisUnavailable> {
        let connection = self.connection()?;
        let new_generation = BASE64URL_NOPAD.encode(&self.0.random.bytes::<16>());
        let arguments = [quota.interval_micros().to_string(), quota.limit().to_string(), new_generation];
        connection
            .run(|mut connection| {
                let (keys, arguments) = (keys.to_vec(), arguments.clone());
                async move { ADMIT.run(&mut connection, &keys, &arguments).await }
            })
            .await
    }
}
