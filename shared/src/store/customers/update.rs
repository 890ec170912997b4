use super::{Customers, key};
use crate::{
    domain::{Customer, CustomerChanges, Version, Write, rfc3339},
    store::{
        Error, OutboxEntry,
        attributes::{ItemReader, n, s},
        transaction::{TransactWrite, TransactionOutcome},
    },
};

/// The result of changing a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerUpdate {
    /// The customer was changed.
    Updated(Customer),
    /// Another customer has the new e-mail address.
    EmailTaken,
    /// The customer was changed or deleted since the caller read it.
    Outdated,
}

impl Customers {
    /// Changes a customer together with the audit entry, in one transaction. `before` is the
    /// customer as the caller read it.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn update(
        &self,
        before: &Customer,
        changes: CustomerChanges,
        write: Write,
        audit_entry: &OutboxEntry,
    ) -> Result<CustomerUpdate, Error> {
        let after = Customer {
            name: changes.name.clone().unwrap_or_else(|| before.name.clone()),
            email: changes.email.clone().unwrap_or_else(|| before.email.clone()),
            updated_at: write.at,
            version: Version(before.version.0 + 1),
            ..before.clone()
        };
        let change = self
            .0
            .transact_update(key(before.owner, before.id))
            .update_expression("SET #name = :name, email = :email, updated_at = :now, version = :after, write_id = :write")
            .condition_expression("version = :before AND attribute_not_exists(deleted_at)")
            // `name` is a reserved word.
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", s(after.name.as_str()))
            .expression_attribute_values(":email", s(after.email.as_str()))
            .expression_attribute_values(":now", s(rfc3339(write.at)))
            .expression_attribute_values(":before", n(before.version.0))
            .expression_attribute_values(":after", n(after.version.0))
            .expression_attribute_values(":write", s(write.id.to_string()));
        let mut writes = vec![change.into_write()?, self.0.transact_put_outbox(audit_entry)?];
        if let Some(email) = &changes.email {
            writes.extend([self.release_email(before)?, self.reserve_email(before, email)?]);
        }
        match self.0.transact(writes).await? {
            TransactionOutcome::Committed => Ok(CustomerUpdate::Updated(after)),
            TransactionOutcome::ConditionFailed(failed) => {
                let stored = self.item(key(before.owner, before.id)).await?;
                let last_write = stored.as_ref().and_then(|item| ItemReader(item).optional_text("write_id"));
                // The response of the transaction was lost, and the SDK repeated it.
                if last_write == Some(&write.id.to_string()) {
                    return Ok(CustomerUpdate::Updated(after));
                }
                // The fourth write reserves the new e-mail address.
                Ok(if failed == [3] { CustomerUpdate::EmailTaken } else { CustomerUpdate::Outdated })
            }
        }
    }
}
