use std::collections::HashMap;

use super::{Customers, OWNER_ID, key, owner_key, read};
use crate::{
    domain::{Customer, CustomerId, PageSize, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader},
        directory::MAX_PAGE,
        keys::{self, CUSTOMER_PREFIX, PK, SK},
    },
};

/// A page of customers, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPage {
    /// The customers. A page can be shorter than its limit, because customers that are being
    /// deleted are left out.
    pub customers: Vec<Customer>,
    /// The position of the next page: the last customer of this one. `None` on the last page.
    pub next: Option<CustomerId>,
}

impl Customers {
    /// Lists this owner's customers, with one strongly consistent query.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn list(&self, owner: UserId, limit: PageSize, after: Option<CustomerId>) -> Result<CustomerPage, Error> {
        let query = self
            .0
            .query(keys::customers(owner))
            .scan_index_forward(false)
            .limit(one_more(limit))
            .set_exclusive_start_key(after.map(|id| key(owner, id)));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let (items, next) = page(output.items.unwrap_or_default(), limit, SK)?;
        let customers = items.iter().filter_map(|item| read(owner, item).transpose()).collect::<Result<_, _>>()?;
        Ok(CustomerPage { customers, next })
    }

    /// Lists the customers of all accounts, at most 28, with one query of a keys-only index and two
    /// batches of reads. The index is eventually consistent, so a new customer may be missing for a
    /// moment.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn list_all(&self, limit: PageSize, after: Option<CustomerId>) -> Result<CustomerPage, Error> {
        let limit = limit.at_most(MAX_PAGE);
        let query = self.0.directory(keys::ALL_CUSTOMERS, after.map(owner_key)).scan_index_forward(false);
        let query = query.limit(one_more(limit));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let (items, next) = page(output.items.unwrap_or_default(), limit, PK)?;
        let ids = items.iter().map(|item| id(item, PK)).collect::<Result<Vec<_>, _>>()?;
        Ok(CustomerPage { customers: self.get_many(&ids).await?, next })
    }

    /// Reads the customers with these ids, in this order. Deleted ones are left out.
    async fn get_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, Error> {
        let owners = self.0.batch_get(ids.iter().map(|id| owner_key(*id)).collect()).await?;
        let owner =
            |item: &Attributes| Ok::<_, Error>((id(item, PK)?, UserId::parse(ItemReader(item).text(OWNER_ID)?)?));
        let owners = owners.iter().map(owner).collect::<Result<HashMap<_, _>, _>>()?;
        let items = self.0.batch_get(owners.iter().map(|(id, owner)| key(*owner, *id)).collect()).await?;
        let mut customers = HashMap::new();
        for item in &items {
            let id = id(item, SK)?;
            let owner = owners.get(&id).ok_or_else(|| Error::Corrupt("a customer without an owner".to_owned()))?;
            customers.extend(read(*owner, item)?.map(|customer| (id, customer)));
        }
        Ok(ids.iter().filter_map(|id| customers.remove(id)).collect())
    }
}

/// The limit of the query. One additional item shows whether a next page exists.
fn one_more(limit: PageSize) -> i32 {
    i32::try_from(limit.get() + 1).unwrap_or(i32::MAX)
}

/// Cuts the items to the page size. Returns them with the position of the next page.
fn page(
    mut items: Vec<Attributes>,
    limit: PageSize,
    attribute: &str,
) -> Result<(Vec<Attributes>, Option<CustomerId>), Error> {
    let more = items.len() > limit.get();
    items.truncate(limit.get());
    let last = items.last().filter(|_| more).map(|item| id(item, attribute)).transpose()?;
    Ok((items, last))
}

fn id(item: &Attributes, attribute: &str) -> Result<CustomerId, Error> {
    Ok(CustomerId::parse(ItemReader(item).text_after(attribute, CUSTOMER_PREFIX)?)?)
}
