use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{Watchlist, read_item, write_item};
use crate::{
    domain::{IdempotencyKey, Item, ItemId, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, s},
        keys::{self, SK},
        transaction::TransactionOutcome,
    },
};

/// The attribute of the idempotency record that holds the item's id. The record's sort key is the
/// idempotency key.
const ITEM_ID: &str = "item_id";

/// The result of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idempotent {
    /// The item was created.
    Created,
    /// An earlier request with the same key and the same content created this item.
    Replayed(Item),
    /// An earlier request used the key for other content.
    KeyReused,
}

impl Watchlist {
    /// Stores a new item unless a request with this idempotency key did so within 24 hours.
    ///
    /// The item and the idempotency record are written in one transaction, so an interrupted
    /// request has written both or neither. There is no intermediate state to wait for or to clean
    /// up.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn add_idempotent(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<Idempotent, Error> {
        const ATTEMPTS: usize = 3;
        for _ in 0..ATTEMPTS {
            let writes = vec![self.put_record(owner, item, key)?, self.0.transact_put_new(write_item(owner, item))?];
            if let TransactionOutcome::Committed = self.0.transact(writes).await? {
                return Ok(Idempotent::Created);
            }
            // The record can expire between the transaction and this read. Then the transaction is
            // retried.
            let Some(record) = self.0.idempotency_record(owner, key, item.created_at).await? else { continue };
            return Ok(match read_record(&record)? {
                // The transaction succeeded, but its response was lost, and the SDK retried it.
                Some(earlier) if earlier.id == item.id => Idempotent::Created,
                Some(earlier) if earlier.title == item.title && earlier.item_type == item.item_type => {
                    Idempotent::Replayed(earlier)
                }
                _ => Idempotent::KeyReused,
            });
        }
        Err(Error::Conflict)
    }

    /// The write of the idempotency record. It holds the item as it was created, which is the
    /// response to a replayed request.
    fn put_record(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<TransactWriteItem, Error> {
        let mut record = write_item(owner, item);
        record.remove(keys::TYPE_ID);
        record.insert(ITEM_ID.to_owned(), s(item.id.to_string()));
        self.0.put_idempotency_record(owner, key, item.created_at, record)
    }
}

/// Reads the item from a record. Returns `None` when the record belongs to a request to another
/// route.
fn read_record(record: &Attributes) -> Result<Option<Item>, Error> {
    let Some(id) = ItemReader(record).optional_text(ITEM_ID) else { return Ok(None) };
    let mut item = record.clone();
    item.insert(SK.to_owned(), s(keys::item(ItemId::parse(id)?)));
    read_item(&item).map(Some)
}
