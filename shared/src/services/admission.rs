//! Who gets in: a request is counted, and a signed-in caller's session must live. One round trip to Redis, which also brings
//! a page of the caller's list where one is asked for.
//!
//! Without Redis the instance counts for itself and the table says whether the session lives: a session that was ended stays
//! ended.

mod known_ended;
mod limiter;

pub use limiter::Limiter;

use known_ended::KnownEnded;

use crate::{
    cache::{Away, Generation, Kept, Looked, PageKey, SessionState, SingleFlight},
    clock::Clock,
    domain::{Error, SessionId, UserId},
    rate_limit::{Budget, Group, Subject},
    store::Sessions,
};

/// Admits signed-in callers.
#[derive(Debug, Clone)]
pub struct Admission {
    limiter: Limiter,
    sessions: Sessions,
    clock: Clock,
    being_read: SingleFlight<(SessionId, Generation), SessionState, Error>,
    known_ended: KnownEnded,
}

/// What came of a request.
#[derive(Debug)]
pub struct Admitted {
    /// What is left of the caller's quota. `None` when the session was known to be over, so that nothing was counted.
    pub budget: Option<Budget>,
    /// What Redis keeps of the page that was asked for, or why the caller is sent away: [`Error::RateLimited`] or
    /// [`Error::Unauthenticated`].
    pub outcome: Result<Kept, Error>,
}

impl Admission {
    /// Counts with `limiter` and believes `sessions`.
    #[must_use]
    pub fn new(limiter: Limiter, sessions: Sessions, clock: Clock) -> Self {
        Self { limiter, sessions, clock, being_read: SingleFlight::default(), known_ended: KnownEnded::default() }
    }

    /// Counts a request to a route of this group and sees whether the session lives; brings the page along.
    pub async fn admit(&self, group: Group, user: UserId, id: SessionId, page: Option<&PageKey>) -> Admitted {
        let Limiter { cache, .. } = &self.limiter;
        match cache.look(user, id, self.limiter.quota(group), page).await {
            Ok(Looked { budget: None, .. }) => {
                Admitted { budget: None, outcome: Err(Error::Unauthenticated("session ended")) }
            }
            Ok(Looked { budget: Some(budget), session, generation, page }) => {
                let let_in = async {
                    budget.check()?;
                    self.known(user, id, session, &generation).await?;
                    Ok(Kept::new(page, generation))
                };
                Admitted { budget: Some(budget), outcome: let_in.await }
            }
            // Whoever holds a token of a session that is over must not use up the user's quota, here as in Redis.
            Err(Away) if self.known_ended.contains(id) => {
                Admitted { budget: None, outcome: Err(Error::Unauthenticated("session ended")) }
            }
            Err(Away) => {
                let budget = self.limiter.count_here(group, Subject::user(user));
                let let_in = async {
                    budget.check()?;
                    self.lives(self.read(user, id).await?)?;
                    Ok(Kept::Bypass)
                };
                Admitted { budget: Some(budget), outcome: let_in.await }
            }
        }
    }

    /// What Redis knew of the session, or what the table says, which Redis knows from then on.
    async fn known(
        &self,
        user: UserId,
        id: SessionId,
        known: Option<SessionState>,
        generation: &Generation,
    ) -> Result<(), Error> {
        if let Some(state) = known {
            return self.lives(state);
        }
        let learn = || async {
            let state = self.read(user, id).await?;
            self.limiter.cache.keep_session(user, id, generation, state).await;
            Ok(state)
        };
        let state = self.being_read.run((id, generation.clone()), learn).await?;
        self.lives(state)
    }

    async fn read(&self, user: UserId, id: SessionId) -> Result<SessionState, Error> {
        if let Some(session) = self.sessions.get(user, id).await? {
            return Ok(SessionState::Live(session.expires_at));
        }
        self.known_ended.insert(id);
        Ok(SessionState::Ended)
    }

    fn lives(&self, state: SessionState) -> Result<(), Error> {
        match state {
            SessionState::Live(ends_at) if self.clock.now() < ends_at => Ok(()),
            SessionState::Live(_) => Err(Error::Unauthenticated("session expired")),
            SessionState::Ended => Err(Error::Unauthenticated("session ended")),
        }
    }
}
