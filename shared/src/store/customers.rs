//! Customers. Each customer is stored as three items that are created and deleted together:
//!
//! - the customer itself, in its owner's list
//! - the owner, by the customer's id
//! - the customer's id, by its e-mail address

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

/// The owner's id, in the second and the third item.
const OWNER_ID: &str = "owner_id";
/// The customer's id, in the third item.
const CUSTOMER_ID: &str = "customer_id";
/// The end of the pause between two refreshes of a long list of favourites.
const REFRESH_AGAIN_AT: &str = "refresh_again_at";
/// The time at which the deletion of a customer began. The customer's name and e-mail address are
/// removed then.
const DELETED_AT: &str = "deleted_at";

/// The pause between two refreshes of a customer's favourites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshPause {
    /// The end of the pause; `None` when none was set.
    pub ends_at: Option<Timestamp>,
}

impl Customers {
    /// The customers in `table`.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Reads a customer of this owner. Returns `None` for a customer that is being deleted.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn get(&self, owner: UserId, id: CustomerId) -> Result<Option<Customer>, Error> {
        let item = self.item(key(owner, id)).await?;
        Ok(item.as_ref().map(|item| read(owner, item)).transpose()?.flatten())
    }

    /// Reads the pause between refreshes of a customer's favourites. Returns `None` when the
    /// customer does not exist.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn refresh_pause(&self, owner: UserId, id: CustomerId) -> Result<Option<RefreshPause>, Error> {
        let Some(item) = self.item(key(owner, id)).await? else { return Ok(None) };
        if read(owner, &item)?.is_none() {
            return Ok(None);
        }
        Ok(Some(RefreshPause { ends_at: ItemReader(&item).optional_time(REFRESH_AGAIN_AT)? }))
    }

    /// Stores the end of the pause between refreshes of a customer's favourites.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the customer does not exist. Also when the table is unavailable.
    pub async fn set_refresh_pause(&self, owner: UserId, id: CustomerId, ends_at: Timestamp) -> Result<(), Error> {
        let update = self.0.update(key(owner, id));
        let update = update
            .update_expression("SET refresh_again_at = :at")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(deleted_at)")
            .expression_attribute_values(":at", s(rfc3339(ends_at)));
        Box::pin(update.send()).await.map(drop).map_err(Error::from_sdk)
    }

    /// Reads a customer of any owner, in two reads.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn get_any_owner(&self, id: CustomerId) -> Result<Option<Customer>, Error> {
        match self.item(owner_key(id)).await? {
            None => Ok(None),
            Some(item) => self.get(UserId::parse(ItemReader(&item).text(OWNER_ID)?)?, id).await,
        }
    }

    /// Reads the customer with this e-mail address, in two reads.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn by_email(&self, email: &Email) -> Result<Option<Customer>, Error> {
        let Some(item) = self.item(email_key(email)).await? else { return Ok(None) };
        let item = ItemReader(&item);
        self.get(UserId::parse(item.text(OWNER_ID)?)?, CustomerId::parse(item.text(CUSTOMER_ID)?)?).await
    }

    async fn item(&self, key: Attributes) -> Result<Option<Attributes>, Error> {
        self.0.get(key).await
    }

    /// The transactional put of the item that reserves an e-mail address for a customer.
    fn reserve_email(&self, customer: &Customer, email: &Email) -> Result<TransactWriteItem, Error> {
        let item = ItemWriter::default().text(OWNER_ID, customer.owner.to_string());
        let mut item = item.text(CUSTOMER_ID, customer.id.to_string()).finish();
        item.extend(email_key(email));
        self.0.transact_put_new(item)
    }

    /// The transactional delete of the item that reserves the customer's e-mail address.
    fn release_email(&self, customer: &Customer) -> Result<TransactWriteItem, Error> {
        let delete = self.0.transact_delete(email_key(&customer.email)).condition_expression("customer_id = :id");
        delete.expression_attribute_values(":id", s(customer.id.to_string())).into_write()
    }
}

/// The transactional check that this owner has this customer. A concurrent deletion of the customer
/// happens either before or after the transaction.
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

/// Reads a customer. Returns `None` for one that is being deleted.
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
