use std::collections::HashMap;

use super::{Customers, OWNER_ID, key, owner_key, read};
use crate::{
    domain::{Customer, CustomerId, PageSize, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader},
        keys::{self, CUSTOMER_PREFIX, PK, SK},
    },
};

/// A page of customers, newest first, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPage {
    /// The customers. A page may hold fewer than were asked for: one that is being deleted is left out.
    pub customers: Vec<Customer>,
    /// The last customer that the page passed; `None` at the end.
    pub next: Option<CustomerId>,
}

impl Customers {
    /// A page of this owner's customers: one strongly consistent query.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn list(&self, owner: UserId, limit: PageSize, after: Option<CustomerId>) -> Result<CustomerPage, Error> {
        let query = self
            .0.query(keys::customers(owner))
            .scan_index_forward(false)
            .limit(one_more(limit))
            .set_exclusive_start_key(after.map(|id| key(owner, id)));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let (items, next) = page(output.items.unwrap_or_default(), limit, SK)?;
        let customers = items.iter().filter_map(|item| read(owner, item).transpose()).collect::<Result<_, _>>()?;
        Ok(CustomerPage { customers, next })
    }

    /// A page of everybody's customers: one query of a keys-only index, and the customers of the page in two batches. The
    /// index is eventually consistent: a customer shows a moment after it was made.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn list_all(&self, limit: PageSize, after: Option<CustomerId>) -> Result<CustomerPage, Error> {
        let query = self.0.directory(keys::ALL_CUSTOMERS, after.map(owner_key)).scan_index_forward(false);
        let query = query.limit(one_more(limit));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let (items, next) = page(output.items.unwrap_or_default(), limit, PK)?;
        let ids = items.iter().map(|item| id(item, PK)).collect::<Result<Vec<_>, _>>()?;
        Ok(CustomerPage { customers: self.these(&ids).await?, next })
    }

    /// The customers with these ids, in this order; one that was deleted a moment ago is left out.
    async fn these(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, Error> {
        let owners = self.0.batch_get(ids.iter().map(|id| owner_key(*id)).collect()).await?;
        let owner =
            |item: &Attributes| Ok::<_, Error>((id(item, PK)?, UserId::parse(ItemReader(item).text(OWNER_ID)?)?));
        let owners = owners.iter().map(owner).collect::<Result<HashMap<_, _>, _>>()?;
        let items = self.0.batch_get(owners.iter().map(|(id, owner)| key(*owner, *id)).collect()).await?;
        let mut customers = HashMap::new();
        for item in &items {
            let id = id(item, SK)?;
            let owner = owners.get(&id).ok_or_else(|| Error::Corrupt("a customer of nobody's".to_owned()))?;
            customers.extend(read(*owner, item)?.map(|customer| (id, customer)));
        }
        Ok(ids.iter().filter_map(|id| customers.remove(id)).collect())
    }
}

/// One more than asked for tells whether there is a next page.
fn one_more(limit: PageSize) -> i32 {
    i32::try_from(limit.get() + 1).unwrap_or(i32::MAX)
}

/// The items of the page, and the last of them when there are more.
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
