use super::{CUSTOMER_ID, Customers, read, write, write_owner};
use crate::{
    domain::{Customer, CustomerId, IdempotencyKey, UserId},
    store::{
        Error, OutboxEntry,
        attributes::{Attributes, ItemReader, s},
        keys::{self, SK},
        transaction::Outcome,
        users,
    },
};

/// What came of making a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerCreation {
    /// It is there now.
    Done,
    /// An earlier request with the same idempotency key has made this one, and this request asks for the same.
    Before(Customer),
    /// An earlier request with the same idempotency key asked for something else.
    OtherRequest,
    /// The address is a customer's already.
    EmailTaken,
    /// The account is being deleted, or was shut.
    NoAccount,
}

impl Customers {
    /// Makes a customer, with the record of the request's idempotency key and the entry that tells of it: all in one
    /// transaction, which is done only while its owner's account is open.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn create(
        &self,
        customer: &Customer,
        key: Option<&IdempotencyKey>,
        audit_entry: &OutboxEntry,
    ) -> Result<CustomerCreation, Error> {
        const ATTEMPTS: usize = 3;
        for _ in 0..ATTEMPTS {
            let mut writes = vec![
                users::must_be_open(&self.0, customer.owner)?,
                self.reserve_email(customer, &customer.email)?,
                self.0.transact_put_new(write(customer))?,
                self.0.transact_put_new(write_owner(customer))?,
                self.0.transact_put_outbox(audit_entry)?,
            ];
            if let Some(key) = key {
                writes.push(self.0.put_idempotency_record(customer.owner, key, customer.created_at, record(customer))?);
            }
            match self.0.transact(writes).await? {
                Outcome::Done => return Ok(CustomerCreation::Created),
                Outcome::ConditionFailed(failed) if failed.contains(&0) => return Ok(CustomerCreation::NoAccount),
                Outcome::ConditionFailed(_) => {}
            }
            if let Some(outcome) = self.why_not(customer, key).await? {
                return Ok(outcome);
            }
        }
        Err(Error::Conflict)
    }

    /// `None` when what stood in the way is gone by now.
    async fn why_not(&self, customer: &Customer, key: Option<&IdempotencyKey>) -> Result<Option<CustomerCreation>, Error> {
        // Our own: the answer of the transaction was lost, and the SDK repeated it.
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

/// The customer as it was when it was made: what is answered to whoever asks again.
fn record(customer: &Customer) -> Attributes {
    let mut record = write(customer);
    record.insert(CUSTOMER_ID.to_owned(), s(customer.id.to_string()));
    record
}

/// `None` when it is a request to another route that has the key.
fn read_record(owner: UserId, record: &Attributes) -> Result<Option<Customer>, Error> {
    let Some(id) = ItemReader(record).optional_text(CUSTOMER_ID) else { return Ok(None) };
    let mut item = record.clone();
    item.insert(SK.to_owned(), s(keys::customer(CustomerId::parse(id)?)));
    read(owner, &item)
}
