use jiff::Timestamp;

use super::{CUSTOMER_PREFIX, Customers, key, owner_key};
use crate::{
    domain::{Customer, CustomerId, UserId, rfc3339},
    store::{
        Error, OutboxEntry,
        attributes::{ItemReader, n, s},
        keys::{self, SK},
        transaction::{TransactWrite, TransactionOutcome},
    },
};

impl Customers {
    /// Begins the deletion of a customer, together with the audit entry, in one transaction. The
    /// customer disappears at once.
    ///
    /// A mark remains in the owner's list, so that an interrupted deletion can be continued. The
    /// last step of a deletion is [`Customers::remove_deletion_mark`].
    ///
    /// # Errors
    /// [`Error::Conflict`] when the customer was changed or deleted since the caller read it. Also
    /// when the table is unavailable.
    pub async fn mark_deleted(
        &self,
        customer: &Customer,
        now: Timestamp,
        audit_entry: &OutboxEntry,
    ) -> Result<(), Error> {
        let mark = self
            .0
            .transact_update(key(customer.owner, customer.id))
            .update_expression("SET deleted_at = :now REMOVE #name, email, write_id")
            .condition_expression("version = :version AND attribute_not_exists(deleted_at)")
            // `name` is a reserved word.
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
            TransactionOutcome::Committed => Ok(()),
            TransactionOutcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    /// Returns `true` when the deletion of this customer has begun and is not complete.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn is_marked_deleted(&self, owner: UserId, id: CustomerId) -> Result<bool, Error> {
        let item = self.item(key(owner, id)).await?;
        Ok(item.is_some_and(|item| ItemReader(&item).optional_text(super::DELETED_AT).is_some()))
    }

    /// Removes the deletion mark, after the favourites of the customer are deleted.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn remove_deletion_mark(&self, owner: UserId, id: CustomerId) -> Result<(), Error> {
        let delete = self.0.delete(key(owner, id));
        let delete = delete.condition_expression("attribute_exists(deleted_at) OR attribute_not_exists(pk)");
        Box::pin(delete.send()).await.map(drop).map_err(Error::from_sdk)
    }

    /// The ids of this owner's hundred oldest customers, including those that are being deleted.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn oldest_ids(&self, owner: UserId) -> Result<Vec<CustomerId>, Error> {
        let query = self.0.query(keys::customers(owner)).limit(100).projection_expression("sk");
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let ids = output.items().iter().map(|item| {
            let id = ItemReader(item).text_after(SK, CUSTOMER_PREFIX)?;
            Ok(CustomerId::parse(id)?)
        });
        ids.collect()
    }
}
