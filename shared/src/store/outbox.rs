//! The transactional outbox of audit events.

use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
    keys::{self, EVENT_PREFIX, PK, SK},
    transaction::TransactWrite,
};
use crate::domain::EventId;

/// A handle to the outbox: audit events that `audit-relay` moves to the trail.
///
/// An entry is here because SQS was unavailable, or because it was written in the same transaction
/// as its change. The store treats the event as an opaque string.
#[derive(Debug, Clone)]
pub struct Outbox(Table);

/// An event in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The id of the event.
    pub id: EventId,
    /// The encoded event, the same text as in the SQS message.
    pub body: String,
}

/// Whether a transaction stored an audit event in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// The event is stored in the outbox.
    Stored,
    /// The event is not stored anywhere.
    NotStored,
}

/// The number of entries per page: one transaction of the trail stores at most ten events.
const PAGE_SIZE: i32 = 10;

impl Outbox {
    /// Creates a handle to the outbox in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores an entry. Idempotent.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn put(&self, entry: &OutboxEntry) -> Result<(), Error> {
        let put = self.0.put(write(entry));
        put.send().await.map(drop).map_err(Error::from_sdk)
    }

    /// The numbers of the shards, which spread the write load.
    pub fn shards() -> impl Iterator<Item = u8> {
        0..keys::OUTBOX_SHARDS
    }

    /// Returns the ten oldest entries of a shard, or the ten oldest after the entry `after`.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn oldest(&self, shard: u8, after: Option<EventId>) -> Result<Vec<OutboxEntry>, Error> {
        let after = after.map_or_else(|| EVENT_PREFIX.to_owned(), keys::event);
        let query = self
            .0
            .query(keys::outbox_shard(shard))
            .limit(PAGE_SIZE)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":after", s(after));
        let output = query.send().await.map_err(Error::from_sdk)?;
        output.items().iter().map(read).collect()
    }

    /// Deletes entries. Call it only after their events are stored in the trail.
    ///
    /// # Errors
    /// The table is unavailable. Some entries may be deleted.
    pub async fn delete(&self, ids: &[EventId]) -> Result<(), Error> {
        self.0.batch_delete(ids.iter().map(|id| key(*id))).await
    }
}

impl Table {
    /// A write of an entry, to be added to the transaction of its change.
    pub(super) fn transact_put_outbox(&self, entry: &OutboxEntry) -> Result<TransactWriteItem, Error> {
        self.transact_put(write(entry)).into_write()
    }
}

fn key(id: EventId) -> Attributes {
    primary_key(keys::outbox(id), keys::event(id))
}

fn write(entry: &OutboxEntry) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::outbox(entry.id))
        .text(SK, keys::event(entry.id))
        .text("body", &entry.body)
        .finish()
}

fn read(item: &Attributes) -> Result<OutboxEntry, Error> {
    let item = ItemReader(item);
    Ok(OutboxEntry { id: EventId::parse(item.text_after(SK, EVENT_PREFIX)?)?, body: item.text("body")?.to_owned() })
}
