//! Favourites: one item for each product that a customer likes, which holds what the product was and what it is, so that a page
//! of them is one query and nothing else. They stand in the order of product ids.

use std::collections::HashMap;

use super::{
    Error, OutboxEntry, Table,
    attributes::{Attributes, ItemReader, primary_key},
    keys::{self, PRODUCT_PREFIX, SK},
};
use crate::domain::{CustomerId, Favorite, PageSize, ProductId};

mod add;
mod history;
mod by_product;
mod item;
mod refresh;
mod remove;

pub use add::{IdempotentRequest, FavoriteAddition, IdempotencyRecord, RecordedResult};
pub use history::HistoryPage;
pub use by_product::CustomerIdPage;

/// The favourites of all customers. Whether a customer is the caller's is asked before.
#[derive(Debug, Clone)]
pub struct Favorites(Table);

/// A page of favourites, by product id, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FavoritePage {
    /// The favourites.
    pub favorites: Vec<Favorite>,
    /// The last product of this page; `None` at the end.
    pub next: Option<ProductId>,
}

impl Favorites {
    /// The favourites in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// A page of a customer's favourites: one strongly consistent query, whatever the list's length.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn list(
        &self,
        customer: CustomerId,
        limit: PageSize,
        after: Option<&ProductId>,
    ) -> Result<FavoritePage, Error> {
        // One more than asked for tells whether there is a next page. Most favourites have less than 1 KB; where they are so long
        // that DynamoDB cuts the answer short at 1 MB, the page is short and the next one goes on.
        let wanted = limit.get();
        let query = self
            .0.query(keys::favorites(customer))
            .limit(i32::try_from(wanted + 1).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(|product| key(customer, product)));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let mut favorites = output.items().iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        let more = favorites.len() > wanted || output.last_evaluated_key.is_some();
        favorites.truncate(wanted);
        let next = favorites.last().filter(|_| more).map(|favorite| favorite.product_id.clone());
        Ok(FavoritePage { favorites, next })
    }

    /// The products of all of a customer's favourites, however many they are.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn product_ids(&self, customer: CustomerId) -> Result<Vec<ProductId>, Error> {
        let query = self
            .0.query(keys::favorites(customer))
            .projection_expression("sk");
        let mut pages = query.into_paginator().send();
        let mut products = Vec::new();
        while let Some(page) = Box::pin(pages.next()).await {
            for item in page.map_err(Error::from_sdk)?.items() {
                products.push(product_in(ItemReader(item).text(SK)?)?);
            }
        }
        Ok(products)
    }

    /// One favourite.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get(&self, customer: CustomerId, product: &ProductId) -> Result<Option<Favorite>, Error> {
        let item = self.0.get(key(customer, product)).await?;
        item.as_ref().map(item::read).transpose()
    }

    /// Which of these products, at most a hundred, are favourites of the customer's, and since when.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn existing(
        &self,
        customer: CustomerId,
        products: impl IntoIterator<Item = &ProductId>,
    ) -> Result<HashMap<ProductId, Favorite>, Error> {
        let items = self.0.batch_get(products.into_iter().map(|product| key(customer, product)).collect()).await?;
        let favorites = items.iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        Ok(favorites.into_iter().map(|favorite| (favorite.product_id.clone(), favorite)).collect())
    }

    /// Removes all favourites of a customer's with their histories, however many they are. When it is interrupted, calling
    /// again removes the rest. `audit_entry` makes the entry that tells how many favourites went.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn clear(&self, customer: CustomerId, audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync)) -> Result<(), Error> {
        self.0.clear(keys::favorites(customer), audit_entry).await?;
        self.0.wipe(keys::histories(customer), None).await
    }
}

fn key(customer: CustomerId, product: &ProductId) -> Attributes {
    primary_key(keys::favorites(customer), keys::product(product))
}

/// The product in a sort key, or in a partition key of its own.
fn product_in(key: &str) -> Result<ProductId, Error> {
    let id = key.strip_prefix(PRODUCT_PREFIX).ok_or_else(|| Error::Corrupt(format!("no {PRODUCT_PREFIX} in a key")))?;
    Ok(ProductId::parse(id)?)
}
