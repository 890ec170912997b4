//! Admission of requests: the rate limit and the session check, in one round trip to Redis.
//!
//! For routes with a page cache, the same round trip also looks up the page.
//!
//! When Redis is unavailable, each instance counts on its own, and sessions are read from the
//! table. A revoked session is therefore rejected with and without Redis.

mod limiter;
mod revoked_sessions;

pub use limiter::Limiter;

use revoked_sessions::RevokedSessions;

use crate::{
    cache::{Generation, LookupResult, PageKey, PageLookup, RedisUnavailable, SessionState, SingleFlight},
    clock::Clock,
    domain::{Error, SessionId, UserId},
    rate_limit::{Budget, Group, Subject},
    store::Sessions,
};

/// Admits or rejects requests of signed-in callers.
#[derive(Debug, Clone)]
pub struct Admission {
    limiter: Limiter,
    sessions: Sessions,
    clock: Clock,
    session_reads: SingleFlight<(SessionId, Generation), SessionState, Error>,
    revoked_sessions: RevokedSessions,
}

/// The result of [`Admission::admit`].
#[derive(Debug)]
pub struct AdmissionDecision {
    /// The caller's rate-limit budget. `None` when the request was not counted, because the session
    /// was already known to have ended.
    pub budget: Option<Budget>,
    /// The page lookup of an admitted request. A rejected request has [`Error::RateLimited`] or
    /// [`Error::Unauthenticated`], or an error of the table.
    pub outcome: Result<PageLookup, Error>,
}

impl Admission {
    /// Creates an admission check that counts with `limiter` and reads sessions from `sessions`.
    #[must_use]
    pub fn new(limiter: Limiter, sessions: Sessions, clock: Clock) -> Self {
        let (session_reads, revoked_sessions) = (SingleFlight::default(), RevokedSessions::default());
        Self { limiter, sessions, clock, session_reads, revoked_sessions }
    }

    /// Counts a request to a route of this group, checks the session, and looks up `page`.
    pub async fn admit(
        &self,
        group: Group,
        user: UserId,
        session: SessionId,
        page: Option<&PageKey>,
    ) -> AdmissionDecision {
        match self.limiter.cache.lookup(user, session, self.limiter.quota(group), page).await {
            Ok(result) => self.admit_with_redis(user, session, result).await,
            Err(RedisUnavailable) => self.admit_without_redis(group, user, session).await,
        }
    }

    async fn admit_with_redis(&self, user: UserId, session: SessionId, result: LookupResult) -> AdmissionDecision {
        let LookupResult { budget: Some(budget), session: cached, generation, page } = result else {
            return session_ended();
        };
        let check = async {
            budget.check()?;
            let state = match cached {
                Some(state) => state,
                None => self.read_and_cache(user, session, &generation).await?,
            };
            self.require_active(state)?;
            Ok(PageLookup::new(page, generation))
        };
        AdmissionDecision { budget: Some(budget), outcome: check.await }
    }

    async fn admit_without_redis(&self, group: Group, user: UserId, session: SessionId) -> AdmissionDecision {
        // As in `admit.lua`: the bearer of a token of an ended session must not use up the user's
        // quota.
        if self.revoked_sessions.contains(session) {
            return session_ended();
        }
        let budget = self.limiter.count_in_instance(group, Subject::user(user));
        let check = async {
            budget.check()?;
            self.require_active(self.read(user, session).await?)?;
            Ok(PageLookup::Bypass)
        };
        AdmissionDecision { budget: Some(budget), outcome: check.await }
    }

    /// Reads the session from the table and stores its state in Redis. Concurrent requests share
    /// one read.
    async fn read_and_cache(
        &self,
        user: UserId,
        session: SessionId,
        generation: &Generation,
    ) -> Result<SessionState, Error> {
        let read_and_store = || async {
            let state = self.read(user, session).await?;
            self.limiter.cache.store_session(user, session, generation, state).await;
            Ok(state)
        };
        self.session_reads.run((session, generation.clone()), read_and_store).await
    }

    async fn read(&self, user: UserId, session: SessionId) -> Result<SessionState, Error> {
        if let Some(session) = self.sessions.get(user, session).await? {
            return Ok(SessionState::Active(session.expires_at));
        }
        self.revoked_sessions.insert(session);
        Ok(SessionState::Ended)
    }

    fn require_active(&self, state: SessionState) -> Result<(), Error> {
        match state {
            SessionState::Active(expires_at) if self.clock.now() < expires_at => Ok(()),
            SessionState::Active(_) => Err(Error::Unauthenticated("session expired")),
            SessionState::Ended => Err(Error::Unauthenticated("session ended")),
        }
    }
}

fn session_ended() -> AdmissionDecision {
    AdmissionDecision { budget: None, outcome: Err(Error::Unauthenticated("session ended")) }
}
