use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};

use super::{Watchlist, read_item, write_item};
use crate::{
    domain::{IdempotencyKey, Item, ItemId, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, n, s},
        keys::{self, EXPIRES_AT, PK, SK},
        transaction::Outcome,
    },
};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
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
            let writes = vec![self.record(owner, item, key)?, self.0.put_new(write_item(owner, item))?];
            if let Outcome::Done = self.0.transact(writes).await? {
                return Ok(Once::Added);
            }
            match self.recorded(owner, key, item.created_at).await? {
                // Our own: the answer of the transaction was lost, and the SDK repeated it.
                Some(recorded) if recorded.id == item.id => return Ok(Once::Added),
                Some(recorded) if recorded.title == item.title && recorded.item_type == item.item_type => {
                    return Ok(Once::AddedBefore(recorded));
                }
                Some(_) => return Ok(Once::OtherRequest),
                // It was deleted in this moment, being too old.
                None => {}
            }
        }
        Err(Error::Conflict)
    }

    /// The item as it was when it was added: what is answered to whoever asks again.
    fn record(&self, owner: UserId, item: &Item, key: &IdempotencyKey) -> Result<TransactWriteItem, Error> {
        let expires_at = item.created_at.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second();
        let mut record = write_item(owner, item);
        record.extend(record_key(owner, key));
        record.remove(keys::TYPE_ID);
        record.insert(ITEM_ID.to_owned(), s(item.id.to_string()));
        record.insert(EXPIRES_AT.to_owned(), n(u64::try_from(expires_at).unwrap_or_default()));
        let put = Put::builder()
            .table_name(&self.0.name)
            .set_item(Some(record))
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", n(seconds(item.created_at)));
        Ok(TransactWriteItem::builder().put(put.build().map_err(Error::from_build)?).build())
    }

    async fn recorded(&self, owner: UserId, key: &IdempotencyKey, now: Timestamp) -> Result<Option<Item>, Error> {
        let get = self.0.client.get_item().table_name(&self.0.name).set_key(Some(record_key(owner, key)));
        let output = get.consistent_read(true).send().await.map_err(Error::from_sdk)?;
        let Some(record) = output.item else { return Ok(None) };
        let reader = ItemReader(&record);
        if reader.seconds(EXPIRES_AT)? <= now {
            return Ok(None);
        }
        let id = ItemId::parse(reader.text(ITEM_ID)?)?;
        let mut item = record.clone();
        item.insert(SK.to_owned(), s(keys::item(id)));
        read_item(&item).map(Some)
    }
}

fn seconds(instant: Timestamp) -> u64 {
    u64::try_from(instant.as_second()).unwrap_or_default()
}

fn record_key(owner: UserId, key: &IdempotencyKey) -> Attributes {
    [(PK.to_owned(), s(keys::requests(owner))), (SK.to_owned(), s(keys::request(key)))].into()
}
