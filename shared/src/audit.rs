//! Recording of audit events: every acknowledged change has an event.
//!
//! After a change and before the response, [`Audit::record`] sends the event to the SQS queue.
//! Sending cannot be deferred until after the response, because Lambda may freeze the execution
//! environment.
//!
//! While SQS is unavailable, [`Audit::record`] writes the event to the outbox in DynamoDB instead.
//! A circuit breaker skips the queue for one second after each failure. If the outbox fails too,
//! the response is 503.
//!
//! Rare and critical changes, such as a registration, write their event to the outbox in the same
//! transaction ([`Audit::outbox_entry`]), so that neither exists without the other.
//! [`Audit::publish_now`] then also sends the event to the queue.
//!
//! ```text
//! handler ── SQS ──────────────► audit-worker ──┐
//!    │                                          ├─► AuditIngest ─► audit trail
//!    └─ outbox in DynamoDB ────► audit-relay ───┘
//! ```
//!
//! `audit-worker` consumes the queue; `audit-relay` empties the outbox once a minute. Both store
//! events with [`AuditIngest`], which stores an event once no matter how often it is delivered.

mod ingest;
mod message;

pub use ingest::{AuditIngest, DrainReport};
pub use message::InvalidMessage;

use std::{error::Error as _, time::Duration};

use crate::{
    breaker::Breaker,
    clock::Clock,
    domain::{self, AuditAction, AuditEvent, EventId, RequestSource},
    queue::Queue,
    random::Random,
    store::{Error, Outbox, OutboxEntry, OutboxState},
};

/// The time between a failure of the queue and the next attempt. Until then, all events go to the
/// outbox.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Records audit events in the queue, or in the outbox while the queue is unavailable.
#[derive(Debug, Clone)]
pub struct Audit {
    queue: Queue,
    outbox: Outbox,
    clock: Clock,
    random: Random,
    breaker: Breaker,
}

impl Audit {
    /// Creates a recorder that sends to `queue` and falls back to `outbox`.
    #[must_use]
    pub fn new(queue: Queue, outbox: Outbox, clock: Clock, random: Random) -> Self {
        let breaker = Breaker::new(1, RETRY_AFTER, clock.clone());
        Self { queue, outbox, clock, random, breaker }
    }

    /// Creates an event with the current time and a new id. Does not record it.
    #[must_use]
    pub fn event(&self, action: AuditAction, source: &RequestSource) -> AuditEvent {
        let at = self.clock.now();
        AuditEvent { id: EventId::new(at, &self.random), at, action, source: source.clone() }
    }

    /// Records an event: one SQS call and, when that fails, one DynamoDB write.
    ///
    /// # Errors
    /// Neither the queue nor the table accepted the event.
    pub async fn record(&self, event: &AuditEvent) -> Result<(), Error> {
        let entry = self.outbox_entry(event);
        match self.publish(&entry).await {
            Ok(()) => Ok(()),
            // Boxed, like the SQS call: an SDK call is a large future, and every handler contains
            // both.
            Err(NotPublished) => Box::pin(self.outbox.put(&entry)).await,
        }
    }

    /// Creates an event and records it. Same cost and errors as [`Audit::record`].
    ///
    /// # Errors
    /// Neither the queue nor the table accepted the event.
    pub async fn record_now(&self, action: AuditAction, source: &RequestSource) -> Result<(), Error> {
        self.record(&self.event(action, source)).await
    }

    /// Converts an event to an outbox entry, to be stored in the same transaction as the change.
    #[must_use]
    pub fn outbox_entry(&self, event: &AuditEvent) -> OutboxEntry {
        OutboxEntry { id: event.id, body: message::encode(event) }
    }

    /// Sends an entry that is already stored in the outbox to the queue, so that the trail shows it
    /// within seconds. Failure is harmless: `audit-relay` stores the entry within a minute.
    pub async fn publish_now(&self, entry: &OutboxEntry) {
        let _relay_will_store_it = self.publish(entry).await;
    }

    /// Records an event. If the outbox already contains it, only publishes it.
    ///
    /// # Errors
    /// Same as [`Audit::record`].
    pub async fn ensure_recorded(&self, event: &AuditEvent, outbox: OutboxState) -> Result<(), Error> {
        match outbox {
            OutboxState::Stored => {
                self.publish_now(&self.outbox_entry(event)).await;
                Ok(())
            }
            OutboxState::NotStored => self.record(event).await,
        }
    }

    async fn publish(&self, entry: &OutboxEntry) -> Result<(), NotPublished> {
        if !self.breaker.allows_attempt() {
            return Err(NotPublished);
        }
        match Box::pin(self.queue.send(&entry.body)).await {
            Ok(()) => {
                if self.breaker.record_success() {
                    tracing::info!("the audit queue is available again");
                }
                Ok(())
            }
            Err(error) => {
                if self.breaker.record_failure() {
                    let cause = domain::error_chain(error.source());
                    tracing::warn!(%error, cause, "the audit queue is unavailable: events go to the outbox");
                }
                Err(NotPublished)
            }
        }
    }
}

/// The queue did not accept the message, or the breaker is open.
struct NotPublished;
