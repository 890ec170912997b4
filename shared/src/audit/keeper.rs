use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

use super::message::{self, Unreadable};
use crate::{
    config::RetentionConfig,
    domain::AuditEvent,
    random::Random,
    store::{Error, Outbox, Trail, Users},
};

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
    /// Entries that cannot be read; they stay.
    pub unreadable: usize,
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

    /// Stores at most ten events and counts them, in one transaction; those that are stored already are passed over.
    ///
    /// # Errors
    /// The table does not answer. Storing them again later does no harm.
    pub async fn keep(&self, mut events: Vec<AuditEvent>) -> Result<(), Error> {
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

    /// Moves what lies in the outbox to the trail, oldest first, until nothing is left or the time is over. An entry is
    /// deleted only when its event is stored: whoever is interrupted in between stores it again, which changes nothing.
    ///
    /// # Errors
    /// The table does not answer; what was moved stays moved.
    pub async fn drain(&self, within: Duration) -> Result<Drained, Error> {
        let until = Instant::now() + within;
        let mut drained = Drained::default();
        for shard in Outbox::shards() {
            let mut after = None;
            loop {
                let entries = self.outbox.oldest(shard, after).await?;
                let Some(last) = entries.last().map(|entry| entry.id) else { break };
                if Instant::now() >= until {
                    drained.has_more = true;
                    return Ok(drained);
                }
                let (mut events, mut done) = (Vec::new(), Vec::new());
                for entry in &entries {
                    match message::read(&entry.body) {
                        Ok(event) => {
                            events.push(event);
                            done.push(entry.id);
                        }
                        // An older version of this function may meet what a newer one wrote: it stays for the newer one.
                        Err(error) => {
                            tracing::error!(%error, id = %entry.id, "an entry of the outbox cannot be read");
                            drained.unreadable += 1;
                        }
                    }
                }
                if !events.is_empty() {
                    self.keep(events).await?;
                    self.outbox.delete(&done).await?;
                    drained.stored += done.len();
                }
                after = Some(last);
            }
        }
        Ok(drained)
    }
}
