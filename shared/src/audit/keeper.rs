use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::message::{self, Unreadable};
use crate::{
    config::RetentionConfig,
    domain::{AuditEvent, EventId},
    random::Random,
    store::{Error, Outbox, Trail, Users},
};

/// How long ten entries of the outbox may take.
const PAGE_WITHIN: Duration = Duration::from_secs(6);

/// Stores events in the trail, each once.
#[derive(Debug, Clone)]
pub struct Keeper {
    trail: Trail,
    users: Users,
    outbox: Outbox,
    retention: RetentionConfig,
    random: Random,
}

/// What came of emptying the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drained {
    /// Events that are in the trail now and no longer in the outbox.
    pub stored: usize,
    /// Entries that cannot be read, or whose events the table does not take; they stay.
    pub left: usize,
    /// There was more than fits into the time.
    pub has_more: bool,
}

impl Keeper {
    /// Stores in `trail` for as long as `retention` says, with the addresses that `users` knows.
    #[must_use]
    pub const fn new(trail: Trail, users: Users, outbox: Outbox, retention: RetentionConfig, random: Random) -> Self {
        Self { trail, users, outbox, retention, random }
    }

    /// The event that a message says.
    ///
    /// # Errors
    /// It is none of ours.
    pub fn read(&self, message: &str) -> Result<AuditEvent, Unreadable> {
        message::read(message)
    }

    /// Stores at most ten events and counts them, in one transaction; those that are stored already are passed over. When
    /// the table refuses them together, it is asked for each alone, so that none holds up the others. Gives the ids of those
    /// that are stored now; storing the others again later does no harm.
    pub async fn keep(&self, events: &[AuditEvent], within: Duration) -> HashSet<EventId> {
        let until = Instant::now() + within;
        let mut kept = HashSet::new();
        let together = timeout_at(until, self.store(events.to_vec())).await;
        match together {
            Ok(Ok(())) => kept.extend(events.iter().map(|event| event.id)),
            Ok(Err(error)) => {
                log(&error, events.len());
                for event in events.iter().filter(|_| !matches!(error, Error::Throttled(_)) && events.len() > 1) {
                    match timeout_at(until, self.store(vec![event.clone()])).await {
                        Ok(Ok(())) => {
                            kept.insert(event.id);
                        }
                        Ok(Err(error)) => log(&error, 1),
                        Err(_) => break,
                    }
                }
            }
            Err(_) => tracing::error!(events = events.len(), "events cannot be stored in time"),
        }
        kept
    }

    async fn store(&self, mut events: Vec<AuditEvent>) -> Result<(), Error> {
        // One transaction cannot put an item twice.
        let mut seen = HashSet::new();
        events.retain(|event| seen.insert(event.id));
        self.fill_in_addresses(&mut events).await?;
        let stored = events.into_iter().map(|event| (self.expires_at(&event), event)).collect();
        self.trail.store(stored, &self.random).await
    }

    /// An access token does not say its owner's address, so most events come without.
    async fn fill_in_addresses(&self, events: &mut [AuditEvent]) -> Result<(), Error> {
        let without = events.iter().map(|event| &event.act.actor).filter(|actor| actor.email.is_none());
        let ids: HashSet<_> = without.filter_map(|actor| actor.id).collect();
        let emails = self.users.emails(ids).await?;
        for actor in events.iter_mut().map(|event| &mut event.act.actor) {
            if let (None, Some(id)) = (&actor.email, actor.id) {
                actor.email = emails.get(&id).cloned();
            }
        }
        Ok(())
    }

    fn expires_at(&self, event: &AuditEvent) -> Timestamp {
        event.at.saturating_add(self.retention.kept).unwrap_or(Timestamp::MAX)
    }

    /// Moves what lies in the outbox to the trail, oldest first in each of its parts and a page of each in turn, until
    /// nothing is left or the time is over. An entry is deleted only when its event is stored: whoever is interrupted in
    /// between stores it again, which changes nothing.
    ///
    /// # Errors
    /// The table does not answer; what was moved stays moved.
    pub async fn drain(&self, within: Duration) -> Result<Drained, Error> {
        let until = Instant::now() + within;
        let (mut drained, mut outcome) = (Drained::default(), Ok(()));
        let mut shards: Vec<_> = Outbox::shards().map(|shard| (shard, None)).collect();
        while !shards.is_empty() {
            let mut going_on = Vec::new();
            for (shard, after) in shards {
                if Instant::now() >= until {
                    return Ok(Drained { has_more: true, ..drained });
                }
                match self.drain_page(shard, after, &mut drained).await {
                    Ok(Some(last)) => going_on.push((shard, Some(last))),
                    Ok(None) => {}
                    // The other parts are not held up.
                    Err(error) => outcome = Err(error),
                }
            }
            shards = going_on;
        }
        outcome.map(|()| drained)
    }

    /// The last entry that was looked at; `None` at the end.
    async fn drain_page(
        &self,
        shard: u8,
        after: Option<EventId>,
        drained: &mut Drained,
    ) -> Result<Option<EventId>, Error> {
        let entries = self.outbox.oldest(shard, after).await?;
        let mut events = Vec::new();
        for entry in &entries {
            match message::read(&entry.body) {
                Ok(event) => events.push(event),
                // An older version of this function may meet what a newer one wrote: it stays for the newer one.
                Err(error) => {
                    tracing::error!(%error, id = %entry.id, "an entry of the outbox cannot be read");
                    drained.left += 1;
                }
            }
        }
        if !events.is_empty() {
            let kept = self.keep(&events, PAGE_WITHIN).await;
            drained.left += events.len() - kept.len();
            drained.stored += kept.len();
            self.outbox.delete(&Vec::from_iter(kept)).await?;
        }
        Ok(entries.last().map(|entry| entry.id))
    }
}

fn log(error: &Error, events: usize) {
    tracing::error!(%error, cause = error.cause(), events, "events cannot be stored now");
}
