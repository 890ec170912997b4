//! Customers. Each is three items that come and go together: the customer in its owner's list, whose it is, and whose its
//! address is.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
    keys::{self, CUSTOMER_PREFIX, DIRECTORY, PK, SK},
    transaction::TransactWrite,
};
use crate::domain::{Customer, CustomerId, CustomerName, Email, UserId, Version, rfc3339};

mod create;
mod delete;
mod list;
mod update;

pub use create::CustomerCreation;
pub use list::CustomerPage;
pub use update::CustomerUpdate;

/// The customers of all accounts.
#[derive(Debug, Clone)]
pub struct Customers(Table);

/// The owner's id, in the items that say whose a customer or an address is.
const OWNER_ID: &str = "owner_id";
/// The customer's id, in the item that says whose an address is.
const CUSTOMER_ID: &str = "customer_id";
/// When its favourites may be refreshed again.
const REFRESH_AGAIN_AT: &str = "refresh_again_at";
/// Since when a customer is being deleted: neither name nor address is left of it then.
const DELETED_AT: &str = "deleted_at";

impl Customers {
    /// The customers in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// A customer of this owner's.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get(&self, owner: UserId, id: CustomerId) -> Result<Option<Customer>, Error> {
        let item = self.item(key(owner, id)).await?;
        Ok(item.as_ref().map(|item| read(owner, item)).transpose()?.flatten())
    }

    /// When the favourites of this owner's customer may be refreshed again; the outer `None` when there is no such customer.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn refresh_again_at(&self, owner: UserId, id: CustomerId) -> Result<Option<Option<Timestamp>>, Error> {
        let Some(item) = self.item(key(owner, id)).await? else { return Ok(None) };
        if read(owner, &item)?.is_none() {
            return Ok(None);
        }
        ItemReader(&item).optional_time(REFRESH_AGAIN_AT).map(Some)
    }

    /// Keeps when they may be refreshed again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the customer is gone. The table does not answer.
    pub async fn set_next_refresh_at(&self, owner: UserId, id: CustomerId, at: Timestamp) -> Result<(), Error> {
        let update = self.0.update(key(owner, id));
        let update = update
            .update_expression("SET refresh_again_at = :at")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(deleted_at)")
            .expression_attribute_values(":at", s(rfc3339(at)));
        Box::pin(update.send()).await.map(drop).map_err(Error::from_sdk)
    }

    /// A customer of anybody's: two reads.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get_any_owner(&self, id: CustomerId) -> Result<Option<Customer>, Error> {
        match self.item(owner_key(id)).await? {
            None => Ok(None),
            Some(item) => self.get(UserId::parse(ItemReader(&item).text(OWNER_ID)?)?, id).await,
        }
    }

    /// The customer with this address: two reads.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn by_email(&self, email: &Email) -> Result<Option<Customer>, Error> {
        let Some(item) = self.item(email_key(email)).await? else { return Ok(None) };
        let item = ItemReader(&item);
        self.get(UserId::parse(item.text(OWNER_ID)?)?, CustomerId::parse(item.text(CUSTOMER_ID)?)?).await
    }

    async fn item(&self, key: Attributes) -> Result<Option<Attributes>, Error> {
        self.0.get(key).await
    }

    /// The item that makes an address the customer's, as a part of a transaction.
    fn reserve_email(&self, customer: &Customer, email: &Email) -> Result<TransactWriteItem, Error> {
        let item = ItemWriter::default().text(OWNER_ID, customer.owner.to_string());
        let mut item = item.text(CUSTOMER_ID, customer.id.to_string()).finish();
        item.extend(email_key(email));
        self.0.transact_put_new(item)
    }

    /// Gives back the customer's address, as a part of a transaction.
    fn release_email(&self, customer: &Customer) -> Result<TransactWriteItem, Error> {
        let delete = self.0.transact_delete(email_key(&customer.email)).condition_expression("customer_id = :id");
        delete.expression_attribute_values(":id", s(customer.id.to_string())).into_write()
    }
}

/// That this owner has this customer, as a part of a transaction: what else is done to the customer in this moment happens
/// before the transaction or after it.
pub(super) fn exists_check(table: &Table, owner: UserId, id: CustomerId) -> Result<TransactWriteItem, Error> {
    let check = table.transact_check(key(owner, id));
    let check = check.condition_expression("attribute_exists(pk) AND attribute_not_exists(deleted_at)");
    check.into_write()
}

fn key(owner: UserId, id: CustomerId) -> Attributes {
    primary_key(keys::customers(owner), keys::customer(id))
}

fn owner_key(id: CustomerId) -> Attributes {
    primary_key(keys::customer(id), keys::OWNER)
}

fn email_key(email: &Email) -> Attributes {
    primary_key(keys::customer_email(email), keys::CUSTOMER)
}

fn write(customer: &Customer) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::customers(customer.owner))
        .text(SK, keys::customer(customer.id))
        .text("name", customer.name.as_str())
        .text("email", customer.email.as_str())
        .time("created_at", customer.created_at)
        .time("updated_at", customer.updated_at)
        .number("version", customer.version.0.into())
        .finish()
}

fn write_owner(customer: &Customer) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::customer(customer.id))
        .text(SK, keys::OWNER)
        .text(OWNER_ID, customer.owner.to_string())
        .text(DIRECTORY, keys::ALL_CUSTOMERS)
        .finish()
}

/// `None` for one that is being deleted.
fn read(owner: UserId, item: &Attributes) -> Result<Option<Customer>, Error> {
    let item = ItemReader(item);
    if item.optional_text(DELETED_AT).is_some() {
        return Ok(None);
    }
    Ok(Some(Customer {
        id: CustomerId::parse(item.text_after(SK, CUSTOMER_PREFIX)?)?,
        owner,
        name: CustomerName::from_stored(item.text("name")?),
        email: Email::from_stored(item.text("email")?),
        created_at: item.time("created_at")?,
        updated_at: item.time("updated_at")?,
        version: Version(item.number("version")?),
    }))
}
