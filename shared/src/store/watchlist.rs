use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;

use super::{
    Error, OutboxEntry, Table,
    attributes::{Attributes, ItemReader, ItemWriter, n, primary_key, s},
    client,
    keys::{self, ITEM_PREFIX, PK, SK, TYPE_ID},
};
use crate::domain::{Item, ItemChanges, ItemId, ItemType, Title, UserId, Version, WriteId, rfc3339};

mod add_once;
mod condition;
mod list;

pub use add_once::Once;
pub use condition::IfMatch;
pub use list::{Page, Query, Start};

/// Watchlists. Every change is one conditional write.
#[derive(Debug, Clone)]
pub struct Watchlist(Table);

impl Watchlist {
    /// The watchlists in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores a new item.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn add(&self, owner: UserId, item: &Item) -> Result<(), Error> {
        let put = self.0.put(write_item(owner, item));
        let put = put.condition_expression("attribute_not_exists(pk)");
        match put.send().await.map_err(Error::from_sdk) {
            // The id is new: what stands there is our own, from a try whose answer was lost and which the SDK repeated.
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// An item of this owner's.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get(&self, owner: UserId, id: ItemId) -> Result<Option<Item>, Error> {
        let item = self.0.get(key(owner, id)).await?;
        item.as_ref().map(read_item).transpose()
    }

    /// Changes an item of this owner's and gives it as it is afterwards. `write` is new for each change: when an answer was
    /// lost and the SDK repeats the write, the second try finds it and changes nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the item is there and does not match.
    pub async fn update(
        &self,
        owner: UserId,
        id: ItemId,
        changes: &ItemChanges,
        if_match: &IfMatch,
        write: WriteId,
        now: Timestamp,
    ) -> Result<Option<Item>, Error> {
        let condition = if_match.condition();
        let mut update = self
            .0
            .update(key(owner, id))
            .condition_expression(format!("{} AND write_id <> :write", condition.expression))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_values(":write", s(write.to_string()))
            .expression_attribute_values(":now", s(rfc3339(now)))
            .expression_attribute_values(":one", n(1));
        for (name, version) in condition.values {
            update = update.expression_attribute_values(name, version);
        }
        let mut sets = vec!["updated_at = :now", "write_id = :write"];
        if let Some(title) = &changes.title {
            sets.push("title = :title");
            update = update.expression_attribute_values(":title", s(title.as_str()));
        }
        if let Some(item_type) = changes.item_type {
            sets.extend(["#type = :type", "type_id = :type_id"]);
            update = update
                .expression_attribute_names("#type", "type")
                .expression_attribute_values(":type", s(item_type.as_str()))
                .expression_attribute_values(":type_id", s(keys::type_id(item_type, id)));
        }
        let update = update.update_expression(format!("SET {} ADD version :one", sets.join(", ")));
        match update.send().await {
            Ok(output) => output.attributes.as_ref().map(read_item).transpose(),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
                    failed,
                )) => match failed.item() {
                    Some(item) if ItemReader(item).optional_text("write_id") == Some(&write.to_string()) => {
                        read_item(item).map(Some)
                    }
                    item => absent_or_conflict(item).map(|()| None),
                },
                _ => Err(Error::from_sdk(error)),
            },
        }
    }

    /// Removes an item of this owner's; `None` when it is not there. Tried once: repeated after a lost answer, it could not
    /// tell its own deletion from an item that was never there.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the item is there and does not match.
    pub async fn remove(&self, owner: UserId, id: ItemId, if_match: &IfMatch) -> Result<Option<()>, Error> {
        let condition = if_match.condition();
        let mut delete = self
            .0
            .delete(key(owner, id))
            .condition_expression(condition.expression)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, version) in condition.values {
            delete = delete.expression_attribute_values(name, version);
        }
        match delete.customize().config_override(client::once()).send().await {
            Ok(_) => Ok(Some(())),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::delete_item::DeleteItemError::ConditionalCheckFailedException(
                    failed,
                )) => absent_or_conflict(failed.item()).map(|()| None),
                _ => Err(Error::from_sdk(error)),
            },
        }
    }

    /// Removes all items of this owner's, however many they are, and the answers that are kept for repeated requests. When
    /// it is interrupted, calling again removes the rest. `audit_entry` makes the entry that tells how many items went.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn clear(&self, owner: UserId, audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync)) -> Result<(), Error> {
        self.0.clear(keys::watchlist(owner), audit_entry).await?;
        self.0.wipe(keys::requests(owner), None).await
    }
}

/// A condition failed: DynamoDB sends the item along, so that one call tells "not there" from "not as you think".
fn absent_or_conflict(item: Option<&Attributes>) -> Result<(), Error> {
    match item {
        None => Ok(()),
        Some(_) => Err(Error::Conflict),
    }
}

fn key(owner: UserId, id: ItemId) -> Attributes {
    primary_key(keys::watchlist(owner), keys::item(id))
}

fn write_item(owner: UserId, item: &Item) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::watchlist(owner))
        .text(SK, keys::item(item.id))
        .text(TYPE_ID, keys::type_id(item.item_type, item.id))
        .text("title", item.title.as_str())
        .text("type", item.item_type.as_str())
        .time("created_at", item.created_at)
        .time("updated_at", item.updated_at)
        .number("version", item.version.0.into())
        // The write that made it; each change puts its own here.
        .text("write_id", item.id.to_string())
        .finish()
}

fn read_item(item: &Attributes) -> Result<Item, Error> {
    let item = ItemReader(item);
    Ok(Item {
        id: ItemId::parse(item.text_after(SK, ITEM_PREFIX)?)?,
        title: Title::from_stored(item.text("title")?),
        item_type: ItemType::parse(item.text("type")?)?,
        created_at: item.time("created_at")?,
        updated_at: item.time("updated_at")?,
        version: Version(item.number("version")?),
    })
}

/// The values that a condition compares with, by placeholder.
type ConditionValues = Vec<(String, AttributeValue)>;
