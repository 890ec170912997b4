use aws_sdk_dynamodb::types::TransactWriteItem;

use super::{Watchlist, read_item, write_item};
use crate::{
    domain::{IdempotencyKey, Item, ItemId, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, s},
        keys::{self, SK},
        transaction::Outcome,
    },
};

/// The item's id in the record: its sort key there is the idempotency key.
const ITEM_ID: &str = "item_id";

/// What came of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// The item was added.
    Added,
    /// An earlier request with this key has added this item, and this one asks for the same.
    AddedBefore(Item),
    /// An earlier request with this key asked for something else.
    OtherRequest,
}

impl Watchlist {
    /// Stores a new item unless a request with this key did so within a day. Item and record are one transaction, so a try
    /// that died anywhere has either done both or nothing; no state in between has to be waited for or cleared away.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn add_once(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<Once, Error> {
        const ATTEMPTS: usize = 3;
        for _ in 0..ATTEMPTS {
            let writes = vec![self.record(owner, item, key)?, self.0.transact_put_new(write_item(owner, item))?];
            if let Outcome::Done = self.0.transact(writes).await? {
                return Ok(Once::Added);
            }
            // It may be deleted in this moment, being too old.
            let Some(record) = self.0.idempotency_record(owner, key, item.created_at).await? else { continue };
            return Ok(match read_record(&record)? {
                // Our own: the answer of the transaction was lost, and the SDK repeated it.
                Some(earlier) if earlier.id == item.id => Once::Added,
                Some(earlier) if earlier.title == item.title && earlier.item_type == item.item_type => {
                    Once::AddedBefore(earlier)
                }
                _ => Once::OtherRequest,
            });
        }
        Err(Error::Conflict)
    }

    /// The item as it was when it was added: what is answered to whoever asks again.
    fn record(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<TransactWriteItem, Error> {
        let mut record = write_item(owner, item);
        record.remove(keys::TYPE_ID);
        record.insert(ITEM_ID.to_owned(), s(item.id.to_string()));
        self.0.put_idempotency_record(owner, key, item.created_at, record)
    }
}

/// The item that a record tells of; `None` when it is a request to another route that has the key.
fn read_record(record: &Attributes) -> Result<Option<Item>, Error> {
    let Some(id) = ItemReader(record).optional_text(ITEM_ID) else { return Ok(None) };
    let mut item = record.clone();
    item.insert(SK.to_owned(), s(keys::item(ItemId::parse(id)?)));
    read_item(&item).map(Some)
}
