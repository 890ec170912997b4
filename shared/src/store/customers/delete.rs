use jiff::Timestamp;

use super::{CUSTOMER_PREFIX, Customers, key, owner_key};
use crate::{
    domain::{Customer, CustomerId, UserId, rfc3339},
    store::{
        Error, OutboxEntry,
        attributes::{ItemReader, n, s},
        keys::{self, SK},
        transaction::{Outcome, TransactWrite},
    },
};

impl Customers {
    /// Makes the customer disappear at once, together with the entry that tells of it. What remains is a mark in the owner's
    /// list, by which a deletion that was interrupted is found again; [`Customers::remove_deletion_mark`] takes it away in the end.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not what the caller saw any more. The table does not answer.
    pub async fn mark_deleted(&self, customer: &Customer, now: Timestamp, audit_entry: &OutboxEntry) -> Result<(), Error> {
        let mark = self
            .0
            .transact_update(key(customer.owner, customer.id))
            .update_expression("SET deleted_at = :now REMOVE #name, email, write_id")
            .condition_expression("version = :version AND attribute_not_exists(deleted_at)")
            // A reserved word.
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":now", s(rfc3339(now)))
            .expression_attribute_values(":version", n(customer.version.0));
        let writes = vec![
            mark.into_write()?,
            self.release_email(customer)?,
            self.0.transact_delete(owner_key(customer.id)).into_write()?,
            self.0.transact_put_outbox(audit_entry)?,
        ];
        match self.0.transact(writes).await? {
            Outcome::Done => Ok(()),
            Outcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    /// Whether a deletion of this customer has begun and not come to its end.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn is_marked_deleted(&self, owner: UserId, id: CustomerId) -> Result<bool, Error> {
        let item = self.item(key(owner, id)).await?;
        Ok(item.is_some_and(|item| ItemReader(&item).optional_text(super::DELETED_AT).is_some()))
    }

    /// Takes away the mark of a customer of which nothing else is left.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn remove_deletion_mark(&self, owner: UserId, id: CustomerId) -> Result<(), Error> {
        let delete = self.0.delete(key(owner, id));
        let delete = delete.condition_expression("attribute_exists(deleted_at) OR attribute_not_exists(pk)");
        Box::pin(delete.send()).await.map(drop).map_err(Error::from_sdk)
    }

    /// The oldest hundred of this owner's customers, those that are being deleted among them.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn oldest_ids(&self, owner: UserId) -> Result<Vec<CustomerId>, Error> {
        let query = self
            .0.query(keys::customers(owner))
            .limit(100)
            .projection_expression("sk");
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let ids = output.items().iter().map(|item| {
            let id = ItemReader(item).text_after(SK, CUSTOMER_PREFIX)?;
            Ok(CustomerId::parse(id)?)
        });
        ids.collect()
    }
}
