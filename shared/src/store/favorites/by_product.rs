use super::{Favorites, item, key};
use crate::{
    domain::{CustomerId, Favorite, ProductId},
    store::{
        Error,
        attributes::ItemReader,
        keys::{self, CUSTOMER_PREFIX, FAVORITES_SUFFIX, PK},
    },
};

/// A page of ids of customers that have a product among their favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerIdPage {
    /// The customers.
    pub customers: Vec<CustomerId>,
    /// The position of the next page: the last customer of this one. `None` on the last page.
    pub next: Option<CustomerId>,
}

impl Favorites {
    /// Lists the customers that have a product among their favourites, a hundred per page, with one
    /// query of an index.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn customers_with(
        &self,
        product: &ProductId,
        after: Option<CustomerId>,
    ) -> Result<CustomerIdPage, Error> {
        let after = after.map(|customer| key(customer, product));
        let query = self.0.directory(&keys::product(product), after).limit(100);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let customers = output.items().iter().map(|item| customer_in(ItemReader(item).text(PK)?));
        let customers = customers.collect::<Result<Vec<_>, _>>()?;
        let next = output.last_evaluated_key.as_ref().and(customers.last().copied());
        Ok(CustomerIdPage { customers, next })
    }

    /// Reads the favourites of a product of at most a hundred customers. An unreadable item is an
    /// error in its own place.
    ///
    /// # Errors
    /// The table is unavailable, or a key is unreadable.
    pub async fn for_customers(
        &self,
        customers: &[CustomerId],
        product: &ProductId,
    ) -> Result<Vec<(CustomerId, Result<Favorite, Error>)>, Error> {
        let items = self.0.batch_get(customers.iter().map(|customer| key(*customer, product)).collect()).await?;
        let favorite = |item| Ok((customer_in(ItemReader(item).text(PK)?)?, item::read(item)));
        items.iter().map(favorite).collect()
    }
}

/// The customer id in a key.
fn customer_in(key: &str) -> Result<CustomerId, Error> {
    let id = key.strip_prefix(CUSTOMER_PREFIX).and_then(|rest| rest.strip_suffix(FAVORITES_SUFFIX));
    Ok(CustomerId::parse(id.ok_or_else(|| Error::Corrupt("no customer in a key".to_owned()))?)?)
}
