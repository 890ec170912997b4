//! Stores the events of the queue and of the outbox in the audit trail.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::message::{self, InvalidMessage};
use crate::{
    config::RetentionConfig,
    domain::{AuditEvent, EventId},
    random::Random,
    store::{Error, ExpiringEvent, Outbox, Trail, Users},
};

/// The time limit for one page of outbox entries.
const PAGE_TIMEOUT: Duration = Duration::from_secs(6);

/// Stores audit events in the trail, each exactly once.
#[derive(Debug, Clone)]
pub struct AuditIngest {
    /// The audit trail.
    pub trail: Trail,
    /// The accounts. The email addresses of the actors are read from them.
    pub users: Users,
    /// The outbox.
    pub outbox: Outbox,
    /// The time after which events expire.
    pub retention: RetentionConfig,
    /// The source of randomness that selects a counter shard.
    pub random: Random,
}

/// The result of [`AuditIngest::drain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DrainReport {
    /// The number of events that were moved from the outbox to the trail.
    pub stored: usize,
    /// The number of entries that remain in the outbox, because they are invalid or because
    /// their events could not be stored.
    pub remaining: usize,
    /// `true` if the time limit was reached before the end of the outbox.
    pub has_more: bool,
}

impl AuditIngest {
    /// Parses the body of a queue message.
    ///
    /// # Errors
    /// The message is not an audit event of a version that this code supports.
    pub fn parse(&self, message: &str) -> Result<AuditEvent, InvalidMessage> {
        message::decode(message)
    }

    /// Stores at most ten events and updates the counters, in one transaction. Skips events that
    /// are already stored.
    ///
    /// When the transaction fails for another reason than throttling, each event is tried in a
    /// transaction of its own, so that one bad event does not block the others. Returns the ids of
    /// the events that are stored. The others can safely be ingested again.
    pub async fn ingest(&self, events: &[AuditEvent], timeout: Duration) -> HashSet<EventId> {
        let deadline = Instant::now() + timeout;
        match timeout_at(deadline, self.store(events.to_vec())).await {
            Ok(Ok(())) => events.iter().map(|event| event.id).collect(),
            Ok(Err(error)) => {
                log_failure(&error, events.len());
                if events.len() == 1 || matches!(error, Error::Throttled(_)) {
                    return HashSet::new();
                }
                self.store_one_by_one(events, deadline).await
            }
            Err(_) => {
                tracing::error!(events = events.len(), "events cannot be stored in time");
                HashSet::new()
            }
        }
    }

    async fn store_one_by_one(&self, events: &[AuditEvent], deadline: Instant) -> HashSet<EventId> {
        let mut stored = HashSet::new();
        for event in events {
            match timeout_at(deadline, self.store(vec![event.clone()])).await {
                Ok(Ok(())) => {
                    stored.insert(event.id);
                }
                Ok(Err(error)) => log_failure(&error, 1),
                Err(_) => break,
            }
        }
        stored
    }

    async fn store(&self, mut events: Vec<AuditEvent>) -> Result<(), Error> {
        // A transaction must not put the same item twice.
        let mut seen = HashSet::new();
        events.retain(|event| seen.insert(event.id));
        self.add_emails(&mut events).await?;
        let events = events.into_iter().map(|event| ExpiringEvent { expires_at: self.expires_at(&event), event });
        self.trail.store(events.collect(), &self.random).await
    }

    /// Adds the actors' email addresses. Most events lack them, because an access token contains
    /// only the user id.
    async fn add_emails(&self, events: &mut [AuditEvent]) -> Result<(), Error> {
        let actors = events.iter().map(|event| &event.action.actor);
        let ids: HashSet<_> = actors.filter(|actor| actor.email.is_none()).filter_map(|actor| actor.id).collect();
        let emails = self.users.emails(ids).await?;
        for actor in events.iter_mut().map(|event| &mut event.action.actor) {
            if let (None, Some(id)) = (&actor.email, actor.id) {
                actor.email = emails.get(&id).cloned();
            }
        }
        Ok(())
    }

    fn expires_at(&self, event: &AuditEvent) -> Timestamp {
        event.at.saturating_add(self.retention.retention).unwrap_or(Timestamp::MAX)
    }

    /// Moves events from the outbox to the trail, until the outbox is empty or `timeout` has
    /// elapsed. The shards take turns, one page of the oldest entries at a time.
    ///
    /// An entry is deleted only after its event is stored. When a run is interrupted between the
    /// two, the next one stores the event again, which has no effect.
    ///
    /// # Errors
    /// The table is unavailable. Events that were already moved stay moved, and the other shards
    /// are still processed.
    pub async fn drain(&self, timeout: Duration) -> Result<DrainReport, Error> {
        let deadline = Instant::now() + timeout;
        let (mut report, mut outcome) = (DrainReport::default(), Ok(()));
        let mut shards: Vec<_> = Outbox::shards().map(|shard| (shard, None)).collect();
        while !shards.is_empty() {
            let mut unfinished = Vec::new();
            for (shard, after) in shards {
                if Instant::now() >= deadline {
                    return Ok(DrainReport { has_more: true, ..report });
                }
                match self.drain_page(shard, after, &mut report).await {
                    Ok(Some(last)) => unfinished.push((shard, Some(last))),
                    Ok(None) => {}
                    Err(error) => outcome = Err(error),
                }
            }
            shards = unfinished;
        }
        outcome.map(|()| report)
    }

    /// Moves one page of a shard. Returns the last entry of the page, or `None` at the end of the
    /// shard.
    async fn drain_page(
        &self,
        shard: u8,
        after: Option<EventId>,
        report: &mut DrainReport,
    ) -> Result<Option<EventId>, Error> {
        let entries = self.outbox.oldest(shard, after).await?;
        let mut events = Vec::new();
        for entry in &entries {
            match message::decode(&entry.body) {
                Ok(event) => events.push(event),
                // The entry stays: a newer release may have written it and can read it.
                Err(error) => {
                    tracing::error!(%error, id = %entry.id, "an entry of the outbox cannot be read");
                    report.remaining += 1;
                }
            }
        }
        if !events.is_empty() {
            let stored = self.ingest(&events, PAGE_TIMEOUT).await;
            report.remaining += events.len() - stored.len();
            report.stored += stored.len();
            self.outbox.delete(&Vec::from_iter(stored)).await?;
        }
        Ok(entries.last().map(|entry| entry.id))
    }
}

fn log_failure(error: &Error, events: usize) {
    tracing::error!(%error, cause = error.cause(), events, "events cannot be stored now");
}
