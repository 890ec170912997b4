//! The audit trail's way in: nothing that is acknowledged goes unrecorded.
//!
//! After a change and before the answer its event is sent to the queue. When SQS refuses or does not answer, the event goes to
//! the outbox in DynamoDB, which `audit-relay` empties; only when both fail is the answer 503. Nothing is left for after the
//! answer: Lambda freezes the function there. What is rare and matters most puts its event into the outbox in one transaction
//! with the change, and so cannot part from it ([`Audit::entry`]).
//!
//! `audit-worker` and `audit-relay` store what arrives with [`Keeper`], each event once however often it is sent.

mod keeper;
mod message;

pub use keeper::{Drained, Keeper};
pub use message::Unreadable;

use std::{error::Error as _, time::Duration};

use crate::{
    breaker::Breaker,
    clock::Clock,
    domain::{self, Act, AuditEvent, EventId, Origin},
    queue::Queue,
    random::Random,
    store::{Error, Outbox, OutboxEntry},
};

/// How long the queue is left alone after a failure. After that one request tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes down what happens.
#[derive(Debug, Clone)]
pub struct Audit {
    queue: Queue,
    outbox: Outbox,
    clock: Clock,
    random: Random,
    breaker: Breaker,
}

impl Audit {
    /// Sends to `queue`, or else to `outbox`.
    #[must_use]
    pub fn new(queue: Queue, outbox: Outbox, clock: Clock, random: Random) -> Self {
        let breaker = Breaker::new(1, PAUSE, clock.clone());
        Self { queue, outbox, clock, random, breaker }
    }

    /// An event that happens now.
    #[must_use]
    pub fn event(&self, act: Act, origin: &Origin) -> AuditEvent {
        let at = self.clock.now();
        AuditEvent { id: EventId::new(at, &self.random), at, act, origin: origin.clone() }
    }

    /// Takes down an event: one call of SQS, and one of DynamoDB when that fails.
    ///
    /// # Errors
    /// Neither the queue nor the table took it.
    pub async fn record(&self, event: &AuditEvent) -> Result<(), Error> {
        let entry = self.entry(event);
        match self.send(&entry).await {
            Sent::Yes => Ok(()),
            // Boxed, like the sending: each holds a call of an SDK, and every handler holds both.
            Sent::No => Box::pin(self.outbox.put(&entry)).await,
        }
    }

    /// Takes down what happens now; see [`Audit::record`].
    ///
    /// # Errors
    /// Neither the queue nor the table took it.
    pub async fn note(&self, act: Act, origin: &Origin) -> Result<(), Error> {
        self.record(&self.event(act, origin)).await
    }

    /// The event as the outbox has it, to be stored in one transaction with the change.
    #[must_use]
    pub fn entry(&self, event: &AuditEvent) -> OutboxEntry {
        OutboxEntry { id: event.id, body: message::write(event) }
    }

    /// Sends what lies in the outbox already, so that it shows in the trail at once. Whether that works does not matter: the
    /// relay sends it too.
    pub async fn hasten(&self, entry: &OutboxEntry) {
        self.send(entry).await;
    }

    /// [`Audit::hasten`] where the event lies in the outbox already, and [`Audit::record`] where it does not.
    ///
    /// # Errors
    /// As there.
    pub async fn make_sure(&self, event: &AuditEvent, is_in_outbox: bool) -> Result<(), Error> {
        if is_in_outbox {
            self.hasten(&self.entry(event)).await;
            return Ok(());
        }
        self.record(event).await
    }

    async fn send(&self, entry: &OutboxEntry) -> Sent {
        if !self.breaker.lets_try() {
            return Sent::No;
        }
        match Box::pin(self.queue.send(&entry.body)).await {
            Ok(()) => {
                if self.breaker.worked() {
                    tracing::info!("the audit queue is back");
                }
                Sent::Yes
            }
            Err(error) => {
                if self.breaker.failed() {
                    let cause = domain::chain(error.source());
                    tracing::warn!(%error, cause, "the audit queue is away: events go to the outbox");
                }
                Sent::No
            }
        }
    }
}

enum Sent {
    Yes,
    No,
}
