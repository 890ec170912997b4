//! Favourites. Each is one item with both the frozen and the current state of the product, so that
//! a page is read with one query. They are ordered by product id.

use std::collections::HashMap;

use super::{
    Error, OutboxEntry, Table,
    attributes::{Attributes, ItemReader, primary_key},
    keys::{self, PRODUCT_PREFIX, SK},
};
use crate::domain::{CustomerId, Favorite, PageSize, ProductId};

mod add;
mod by_product;
mod history;
mod idempotency;
mod item;
mod refresh;
mod remove;

pub use add::FavoriteAddition;
pub use by_product::CustomerIdPage;
pub use history::HistoryPage;
pub use idempotency::{IdempotencyRecord, IdempotentRequest, RecordedResult};

/// The favourites of all customers. Callers check the owner of a customer before they use it.
#[derive(Debug, Clone)]
pub struct Favorites(Table);

/// A page of favourites, ordered by product id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FavoritePage {
    /// The favourites.
    pub favorites: Vec<Favorite>,
    /// The position of the next page: the last product of this one. `None` on the last page.
    pub next: Option<ProductId>,
}

impl Favorites {
    /// The favourites in `table`.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Lists a customer's favourites, with one strongly consistent query.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn list(
        &self,
        customer: CustomerId,
        limit: PageSize,
        after: Option<&ProductId>,
    ) -> Result<FavoritePage, Error> {
        // One additional item shows whether a next page exists. Most favourites have less than 1
        // KB. When DynamoDB ends the response at 1 MB, the page is shorter and the next one
        // continues.
        let limit = limit.get();
        let query = self
            .0
            .query(keys::favorites(customer))
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after.map(|product| key(customer, product)));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let mut favorites = output.items().iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        let has_more = favorites.len() > limit || output.last_evaluated_key.is_some();
        favorites.truncate(limit);
        let next = favorites.last().filter(|_| has_more).map(|favorite| favorite.product_id.clone());
        Ok(FavoritePage { favorites, next })
    }

    /// The product ids of all of a customer's favourites.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn product_ids(&self, customer: CustomerId) -> Result<Vec<ProductId>, Error> {
        let query = self.0.query(keys::favorites(customer)).projection_expression("sk");
        let mut pages = query.into_paginator().send();
        let mut products = Vec::new();
        while let Some(page) = Box::pin(pages.next()).await {
            for item in page.map_err(Error::from_sdk)?.items() {
                products.push(product_in(ItemReader(item).text(SK)?)?);
            }
        }
        Ok(products)
    }

    /// Reads a favourite.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn get(&self, customer: CustomerId, product: &ProductId) -> Result<Option<Favorite>, Error> {
        let item = self.0.get(key(customer, product)).await?;
        item.as_ref().map(item::read).transpose()
    }

    /// Reads the customer's favourites among at most a hundred products.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn existing(
        &self,
        customer: CustomerId,
        products: impl IntoIterator<Item = &ProductId>,
    ) -> Result<HashMap<ProductId, Favorite>, Error> {
        let items = self.0.batch_get(products.into_iter().map(|product| key(customer, product)).collect()).await?;
        let favorites = items.iter().map(item::read).collect::<Result<Vec<_>, _>>()?;
        Ok(favorites.into_iter().map(|favorite| (favorite.product_id.clone(), favorite)).collect())
    }

    /// Removes all favourites of a customer and their histories. After an interruption, another
    /// call removes the rest.
    ///
    /// `audit_entry` builds the audit entry for a number of removed favourites.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub async fn clear(
        &self,
        customer: CustomerId,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        self.0.delete_partition_audited(keys::favorites(customer), audit_entry).await?;
        self.0.delete_partition(keys::histories(customer)).await
    }
}

fn key(customer: CustomerId, product: &ProductId) -> Attributes {
    primary_key(keys::favorites(customer), keys::product(product))
}

/// The product id in a key.
fn product_in(key: &str) -> Result<ProductId, Error> {
    let id = key.strip_prefix(PRODUCT_PREFIX).ok_or_else(|| Error::Corrupt(format!("no {PRODUCT_PREFIX} in a key")))?;
    Ok(ProductId::parse(id)?)
}
