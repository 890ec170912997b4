use jiff::Timestamp;

use super::{Customers, key};
use crate::{
    domain::{Customer, CustomerChanges, Version, WriteId},
    store::{
        Error, OutboxEntry,
        attributes::{ItemReader, n, s},
        transaction::{Outcome, TransactWrite},
    },
};

/// What came of changing a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerUpdate {
    /// It is as asked now.
    Done(Customer),
    /// The new address is another customer's.
    EmailTaken,
    /// It is not what the caller saw any more: it was changed or deleted.
    Stale,
}

impl Customers {
    /// Changes the customer that the caller has read, together with the entry that tells of it. `write` is new for each
    /// change: when an answer was lost and the SDK repeats the transaction, the second try finds it.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn update(
        &self,
        before: &Customer,
        changes: CustomerChanges,
        (write, now): (WriteId, Timestamp),
        audit_entry: &OutboxEntry,
    ) -> Result<CustomerUpdate, Error> {
        let after = Customer {
            name: changes.name.clone().unwrap_or_else(|| before.name.clone()),
            email: changes.email.clone().unwrap_or_else(|| before.email.clone()),
            updated_at: now,
            version: Version(before.version.0 + 1),
            ..before.clone()
        };
        let change = self
            .0
            .transact_update(key(before.owner, before.id))
            .update_expression("SET #name = :name, email = :email, updated_at = :now, version = :after, write_id = :write")
            .condition_expression("version = :before AND attribute_not_exists(deleted_at)")
            // A reserved word.
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", s(after.name.as_str()))
            .expression_attribute_values(":email", s(after.email.as_str()))
            .expression_attribute_values(":now", s(crate::domain::rfc3339(now)))
            .expression_attribute_values(":before", n(before.version.0))
            .expression_attribute_values(":after", n(after.version.0))
            .expression_attribute_values(":write", s(write.to_string()));
        let mut writes = vec![change.into_write()?, self.0.transact_put_outbox(audit_entry)?];
        if let Some(email) = &changes.email {
            writes.extend([self.release_email(before)?, self.reserve_email(before, email)?]);
        }
        match self.0.transact(writes).await? {
            Outcome::Done => Ok(CustomerUpdate::Updated(after)),
            Outcome::ConditionFailed(failed) => {
                let stored = self.item(key(before.owner, before.id)).await?;
                let last_write = stored.as_ref().and_then(|item| ItemReader(item).optional_text("write_id"));
                if last_write == Some(&write.to_string()) {
                    return Ok(CustomerUpdate::Updated(after));
                }
                // Only the new address stands in the way.
                Ok(if failed == [3] { CustomerUpdate::EmailTaken } else { CustomerUpdate::Outdated })
            }
        }
    }
}
