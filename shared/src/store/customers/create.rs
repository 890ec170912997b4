use super::{CUSTOMER_ID, Customers, read, write, write_owner};
use crate::{
    domain::{Customer, CustomerId, IdempotencyKey, UserId},
    store::{
        Error, OutboxEntry,
        attributes::{Attributes, ItemReader, s},
        keys::{self, SK},
        transaction::TransactionOutcome,
        users,
    },
};

/// The result of creating a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerCreation {
    /// The customer was created.
    Created,
    /// An earlier, equal request with the same idempotency key created this customer.
    Replayed(Customer),
    /// The idempotency key was used by a different request.
    KeyReused,
    /// Another customer has the e-mail address.
    EmailTaken,
    /// The account is disabled or being deleted.
    NoAccount,
}

impl Customers {
    /// Creates a customer together with the idempotency record and the audit entry, in one
    /// transaction. The transaction succeeds only while the owner's account is enabled.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn create(
        &self,
        customer: &Customer,
        key: Option<&IdempotencyKey>,
        audit_entry: &OutboxEntry,
    ) -> Result<CustomerCreation, Error> {
        const ATTEMPTS: usize = 3;
        for _ in 0..ATTEMPTS {
            let mut writes = vec![
                users::enabled_check(&self.0, customer.owner)?,
                self.reserve_email(customer, &customer.email)?,
                self.0.transact_put_new(write(customer))?,
                self.0.transact_put_new(write_owner(customer))?,
                self.0.transact_put_outbox(audit_entry)?,
            ];
            if let Some(key) = key {
                writes.push(self.0.put_idempotency_record(
                    customer.owner,
                    key,
                    customer.created_at,
                    record(customer),
                )?);
            }
            match self.0.transact(writes).await? {
                TransactionOutcome::Committed => return Ok(CustomerCreation::Created),
                TransactionOutcome::ConditionFailed(failed) if failed.contains(&0) => {
                    return Ok(CustomerCreation::NoAccount);
                }
                TransactionOutcome::ConditionFailed(_) => {}
            }
            if let Some(creation) = self.failure_reason(customer, key).await? {
                return Ok(creation);
            }
        }
        Err(Error::Conflict)
    }

    /// Finds the reason why the transaction failed. Returns `None` when the reason no longer
    /// exists.
    async fn failure_reason(
        &self,
        customer: &Customer,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<CustomerCreation>, Error> {
        // The response of the transaction was lost, and the SDK repeated it.
        if self.get(customer.owner, customer.id).await?.is_some() {
            return Ok(Some(CustomerCreation::Created));
        }
        if let Some(key) = key
            && let Some(record) = self.0.idempotency_record(customer.owner, key, customer.created_at).await?
        {
            return Ok(Some(match read_record(customer.owner, &record)? {
                Some(earlier) if (&earlier.name, &earlier.email) == (&customer.name, &customer.email) => {
                    CustomerCreation::Replayed(earlier)
                }
                _ => CustomerCreation::KeyReused,
            }));
        }
        Ok(self.by_email(&customer.email).await?.map(|_| CustomerCreation::EmailTaken))
    }
}

/// The idempotency record: the customer at its creation, from which a repeated request is answered.
fn record(customer: &Customer) -> Attributes {
    let mut record = write(customer);
    record.insert(CUSTOMER_ID.to_owned(), s(customer.id.to_string()));
    record
}

/// Reads the customer from a record. Returns `None` when the key was used for a request to another
/// route.
fn read_record(owner: UserId, record: &Attributes) -> Result<Option<Customer>, Error> {
    let Some(id) = ItemReader(record).optional_text(CUSTOMER_ID) else { return Ok(None) };
    let mut item = record.clone();
    item.insert(SK.to_owned(), s(keys::customer(CustomerId::parse(id)?)));
    read(owner, &item)
}
