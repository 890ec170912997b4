use super::{Favorites, item, key};
use crate::{
    domain::{CustomerId, Favorite, ProductId},
    store::{
        Error,
        attributes::ItemReader,
        keys::{self, CUSTOMER_PREFIX, FAVORITES_SUFFIX, PK},
    },
};

/// Customers who hold a product, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerIdPage {
    /// The customers.
    pub customers: Vec<CustomerId>,
    /// The last of them; `None` at the end.
    pub next: Option<CustomerId>,
}

impl Favorites {
    /// Who holds a product, a hundred at a time: one query of an index.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn customers_with(&self, product: &ProductId, after: Option<CustomerId>) -> Result<CustomerIdPage, Error> {
        let after = after.map(|customer| key(customer, product));
        let query = self.0.directory(&keys::product(product), after).limit(100);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let customers = output.items().iter().map(|item| customer_in(ItemReader(item).text(PK)?));
        let customers = customers.collect::<Result<Vec<_>, _>>()?;
        let next = output.last_evaluated_key.as_ref().and(customers.last().copied());
        Ok(CustomerIdPage { customers, next })
    }

    /// The favourites of a product that these customers, at most a hundred, hold. One that cannot be read says so by itself.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
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

fn customer_in(key: &str) -> Result<CustomerId, Error> {
    let id = key.strip_prefix(CUSTOMER_PREFIX).and_then(|rest| rest.strip_suffix(FAVORITES_SUFFIX));
    Ok(CustomerId::parse(id.ok_or_else(|| Error::Corrupt("no customer in a key".to_owned()))?)?)
}
