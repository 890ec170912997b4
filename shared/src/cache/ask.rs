use data_encoding::BASE64URL_NOPAD;

use super::{Away, Cache, Page, PageKey, SessionState, keys, link::Link, scripts::ADMIT};
use crate::{
    domain::{SessionId, UserId},
    rate_limit::{Budget, Quota, Subject},
};

/// The name of what is kept for a user at present; see `cache/keys.rs`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Generation(pub(super) String);

/// What Redis knows that a signed-in caller's request needs.
#[derive(Debug)]
pub struct Looked {
    /// What is left of the caller's quota. `None` when the session is over: then nothing was counted.
    pub budget: Option<Budget>,
    /// The session, when Redis has it.
    pub session: Option<SessionState>,
    /// What a copy must be made under; empty when the request was refused.
    pub generation: Generation,
    /// The page, when one was asked for and Redis has it.
    pub page: Option<Page>,
}

/// What the script answers: passes, arrival, now, session, generation, page.
type Answer = (Option<u8>, u64, u64, Option<String>, Option<String>, Option<Vec<u8>>);

impl Cache {
    /// Counts a request of `subject`'s. One round trip.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn count(&self, subject: Subject, quota: Quota) -> Result<Budget, Away> {
        let keys = [keys::limit(subject, quota.group())];
        let (passes, arrival, now, ..) = self.admit(&keys, quota).await?;
        Ok(Budget::from_arrival_time(quota, passes == Some(1), arrival, now))
    }

    /// Counts a request of this user's and looks up the session and, where one is asked for, a page. One round trip.
    ///
    /// # Errors
    /// Redis is away.
    pub async fn look(
        &self,
        user: UserId,
        session: SessionId,
        quota: Quota,
        page: Option<&PageKey>,
    ) -> Result<Looked, Away> {
        let mut keys =
            vec![keys::limit(Subject::user(user), quota.group()), keys::session(user, session), keys::generation(user)];
        keys.extend(page.map(PageKey::key));
        let (passes, arrival, now, session, generation, page) = self.admit(&keys, quota).await?;
        Ok(Looked {
            budget: passes.map(|passes| Budget::from_arrival_time(quota, passes == 1, arrival, now)),
            session: session.as_deref().and_then(SessionState::read),
            generation: Generation(generation.unwrap_or_default()),
            page: page.as_deref().and_then(Page::read),
        })
    }

    async fn admit(&self, keys: &[String], quota: Quota) -> Result<Answer, Away> {
        let link: &Link = self.link()?;
        let name = BASE64URL_NOPAD.encode(&self.0.random.bytes::<16>());
        let arguments = [quota.interval_micros().to_string(), quota.limit().to_string(), name];
        link.run(|mut connection| {
            let (keys, arguments) = (keys.to_vec(), arguments.clone());
            async move { ADMIT.run(&mut connection, &keys, &arguments).await }
        })
        .await
    }
}
