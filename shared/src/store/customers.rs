//! Customers. Each is three items that come and go together: the customer in its owner's list, whose it is, and whose its
//! address is.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, s},
    keys::{self, CUSTOMER_PREFIX, DIRECTORY, PK, SK},
};
use crate::domain::{Customer, CustomerId, CustomerName, Email, UserId, Version, rfc3339};

mod create;
mod delete;
mod list;
mod update;

pub use create::Created;
pub use list::CustomerPage;
pub use update::Updated;

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
        ItemReader(&item).time_if_there(REFRESH_AGAIN_AT).map(Some)
    }

    /// Keeps when they may be refreshed again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the customer is gone. The table does not answer.
    pub async fn set_refresh_again_at(&self, owner: UserId, id: CustomerId, at: Timestamp) -> Result<(), Error> {
        let update = self.0.client.update_item().table_name(&self.0.name).set_key(Some(key(owner, id)));
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
    pub async fn of_any_owner(&self, id: CustomerId) -> Result<Option<Customer>, Error> {
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
        let get = self.0.client.get_item().table_name(&self.0.name).set_key(Some(key)).consistent_read(true);
        Ok(Box::pin(get.send()).await.map_err(Error::from_sdk)?.item)
    }

    /// The item that makes an address the customer's, as a part of a transaction.
    fn take_email(&self, customer: &Customer, email: &Email) -> Result<TransactWriteItem, Error> {
        let item = ItemWriter::default().text(OWNER_ID, customer.owner.to_string());
        let mut item = item.text(CUSTOMER_ID, customer.id.to_string()).finish();
        item.extend(email_key(email));
        self.0.put_new(item)
    }

    /// Gives back the customer's address, as a part of a transaction.
    fn give_back_email(&self, customer: &Customer) -> Result<TransactWriteItem, Error> {
        let delete = self.delete_item(email_key(&customer.email)).condition_expression("customer_id = :id");
        finished(delete.expression_attribute_values(":id", s(customer.id.to_string())))
    }

    fn delete_item(&self, key: Attributes) -> aws_sdk_dynamodb::types::builders::DeleteBuilder {
        Delete::builder().table_name(&self.0.name).set_key(Some(key))
    }
}

/// That this owner has this customer, as a part of a transaction: what else is done to the customer in this moment happens
/// before the transaction or after it.
pub(super) fn must_be_there(table: &Table, owner: UserId, id: CustomerId) -> Result<TransactWriteItem, Error> {
    let check = ConditionCheck::builder().table_name(&table.name).set_key(Some(key(owner, id)));
    let check = check.condition_expression("attribute_exists(pk) AND attribute_not_exists(deleted_at)");
    Ok(TransactWriteItem::builder().condition_check(check.build().map_err(Error::from_build)?).build())
}

fn finished(delete: aws_sdk_dynamodb::types::builders::DeleteBuilder) -> Result<TransactWriteItem, Error> {
    Ok(TransactWriteItem::builder().delete(delete.build().map_err(Error::from_build)?).build())
}

fn key(owner: UserId, id: CustomerId) -> Attributes {
    [(PK.to_owned(), s(keys::customers(owner))), (SK.to_owned(), s(keys::customer(id)))].into()
}

fn owner_key(id: CustomerId) -> Attributes {
    [(PK.to_owned(), s(keys::customer(id))), (SK.to_owned(), s(keys::OWNER))].into()
}

fn email_key(email: &Email) -> Attributes {
    [(PK.to_owned(), s(keys::customer_email(email))), (SK.to_owned(), s(keys::CUSTOMER))].into()
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
    if item.text_if_there(DELETED_AT).is_some() {
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
