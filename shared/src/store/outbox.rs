use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, Put, TransactWriteItem, WriteRequest};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, s},
    keys::{self, EVENT_PREFIX, PK, SK},
};
use crate::domain::EventId;

/// Audit events on their way to the trail that did not go by the queue. The table does not know what they say.
#[derive(Debug, Clone)]
pub struct Outbox(Table);

/// An event on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The event.
    pub id: EventId,
    /// The message that says it.
    pub body: String,
}

/// As many as one transaction of the trail takes.
const PAGE: i32 = 10;

impl Outbox {
    /// The outbox in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores an entry; storing it twice is the same.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn put(&self, entry: &OutboxEntry) -> Result<(), Error> {
        let put = self.0.client.put_item().table_name(&self.0.name).set_item(Some(write(entry)));
        put.send().await.map(drop).map_err(Error::from_sdk)
    }

    /// The partitions, which share the load.
    pub fn shards() -> impl Iterator<Item = u8> {
        0..keys::OUTBOX_SHARDS
    }

    /// The oldest ten entries of a shard, behind one that was seen already.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn oldest(&self, shard: u8, after: Option<EventId>) -> Result<Vec<OutboxEntry>, Error> {
        let after = after.map_or_else(|| EVENT_PREFIX.to_owned(), keys::event);
        let query = self
            .0
            .client
            .query()
            .table_name(&self.0.name)
            .consistent_read(true)
            .limit(PAGE)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", s(keys::outbox_shard(shard)))
            .expression_attribute_values(":after", s(after));
        let output = query.send().await.map_err(Error::from_sdk)?;
        output.items().iter().map(read).collect()
    }

    /// Deletes entries whose events are stored.
    ///
    /// # Errors
    /// The table does not answer; some may be deleted.
    pub async fn delete(&self, ids: &[EventId]) -> Result<(), Error> {
        let deletes = ids.iter().map(|id| DeleteRequest::builder().set_key(Some(key(*id))).build());
        let deletes = deletes.collect::<Result<Vec<_>, _>>().map_err(Error::from_build)?;
        let writes = deletes.into_iter().map(|delete| WriteRequest::builder().delete_request(delete).build());
        self.0.write_all(writes.collect()).await
    }
}

impl Table {
    /// An entry of the outbox as a part of a transaction: the change and its event are one.
    pub(super) fn put_entry(&self, entry: &OutboxEntry) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.name).set_item(Some(write(entry)));
        Ok(TransactWriteItem::builder().put(put.build().map_err(Error::from_build)?).build())
    }
}

fn key(id: EventId) -> Attributes {
    let pk: AttributeValue = s(keys::outbox(id));
    [(PK.to_owned(), pk), (SK.to_owned(), s(keys::event(id)))].into()
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
