//! Watchlist items: one item of the table for each, and every change is one conditional write.

use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, update_item::UpdateItemError},
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use super::{
    Error, OutboxEntry, Table,
    attributes::{Attributes, ItemReader, ItemWriter, n, primary_key, s},
    client,
    keys::{self, ITEM_PREFIX, PK, SK, TYPE_ID},
};
use crate::domain::{Item, ItemChanges, ItemId, ItemType, Title, UserId, Version, Write, rfc3339};

mod add_idempotent;
mod expected_version;
mod list;
mod skip;

pub use add_idempotent::Idempotent;
pub use expected_version::ExpectedVersion;
pub use list::{PageStart, WatchlistPage, WatchlistQuery};

/// A handle to the watchlists of all accounts.
#[derive(Debug, Clone)]
pub struct Watchlist(Table);

impl Watchlist {
    /// Creates a handle to the watchlists in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores a new item.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn add(&self, owner: UserId, item: &Item) -> Result<(), Error> {
        let put = self.0.put(write_item(owner, item)).condition_expression("attribute_not_exists(pk)");
        match put.send().await.map_err(Error::from_sdk) {
            // The id is new, so an existing item means that the response was lost and the SDK
            // retried the write.
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Returns an item of an owner.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn get(&self, owner: UserId, id: ItemId) -> Result<Option<Item>, Error> {
        let item = self.0.get(key(owner, id)).await?;
        item.as_ref().map(read_item).transpose()
    }

    /// Changes an item of an owner and returns the changed item. Returns `None` when it does not
    /// exist.
    ///
    /// The id of `write` makes a retry by the SDK safe: if the response to the write is lost, the
    /// retry finds the id in the item and changes nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the item exists in a version that is not `expected`.
    pub async fn update(
        &self,
        owner: UserId,
        id: ItemId,
        changes: &ItemChanges,
        expected: &ExpectedVersion,
        write: Write,
    ) -> Result<Option<Item>, Error> {
        let condition = expected.condition();
        let write_id = write.id.to_string();
        let mut update = self
            .0
            .update(key(owner, id))
            .condition_expression(format!("{} AND write_id <> :write", condition.expression))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .expression_attribute_values(":write", s(&write_id))
            .expression_attribute_values(":now", s(rfc3339(write.at)))
            .expression_attribute_values(":one", n(1));
        for (placeholder, version) in condition.values {
            update = update.expression_attribute_values(placeholder, version);
        }
        let mut assignments = vec!["updated_at = :now", "write_id = :write"];
        if let Some(title) = &changes.title {
            assignments.push("title = :title");
            update = update.expression_attribute_values(":title", s(title.as_str()));
        }
        if let Some(item_type) = changes.item_type {
            assignments.extend(["#type = :type", "type_id = :type_id"]);
            update = update
                .expression_attribute_names("#type", "type")
                .expression_attribute_values(":type", s(item_type.as_str()))
                .expression_attribute_values(":type_id", s(keys::type_id(item_type, id)));
        }
        let update = update.update_expression(format!("SET {} ADD version :one", assignments.join(", ")));
        let error = match update.send().await {
            Ok(output) => return output.attributes.as_ref().map(read_item).transpose(),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => match failed.item() {
                Some(item) if ItemReader(item).optional_text("write_id") == Some(&write_id) => {
                    read_item(item).map(Some)
                }
                item => none_or_conflict(item),
            },
            _ => Err(Error::from_sdk(error)),
        }
    }

    /// Removes an item of an owner. Returns `None` when it does not exist.
    ///
    /// Not retried: after a lost response, a retry could not distinguish its own deletion from an
    /// item that never existed.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the item exists in a version that is not `expected`.
    pub async fn remove(&self, owner: UserId, id: ItemId, expected: &ExpectedVersion) -> Result<Option<()>, Error> {
        let condition = expected.condition();
        let mut delete = self
            .0
            .delete(key(owner, id))
            .condition_expression(condition.expression)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (placeholder, version) in condition.values {
            delete = delete.expression_attribute_values(placeholder, version);
        }
        let Err(error) = delete.customize().config_override(client::without_retries()).send().await else {
            return Ok(Some(()));
        };
        match error.as_service_error() {
            Some(DeleteItemError::ConditionalCheckFailedException(failed)) => none_or_conflict(failed.item()),
            _ => Err(Error::from_sdk(error)),
        }
    }

    /// Removes all items of an owner, and the idempotency records of the account. Calling it again
    /// after an interruption removes the rest. `audit_entry` builds the outbox entry for a number
    /// of removed items.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub async fn delete_all(
        &self,
        owner: UserId,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        self.0.delete_partition_audited(keys::watchlist(owner), audit_entry).await?;
        self.0.delete_partition(keys::requests(owner)).await
    }
}

/// The result of a write after a failed condition. DynamoDB returns the existing item with the
/// failure, so no second call is needed to distinguish a missing item from a version that does not
/// match.
fn none_or_conflict<T>(item: Option<&Attributes>) -> Result<Option<T>, Error> {
    match item {
        None => Ok(None),
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
        // The id of the last write. A new item was written under its own id.
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
