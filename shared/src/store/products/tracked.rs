//! The tracked products: those that are some customer's favourite. A refresh round goes through
//! them, each once.
//!
//! Keys and attributes of the table call a tracked product "held".

use jiff::Timestamp;

use super::Products;
use crate::{
    domain::{ProductId, rfc3339},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
        keys::{self, DIRECTORY, PK, PRODUCT_PREFIX, TRACKED, TRACKED_PRODUCTS},
    },
};

/// A page of tracked products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedPage {
    /// The products.
    pub products: Vec<ProductId>,
    /// The position of the next page: the last product of this one. `None` on the last page.
    pub next: Option<ProductId>,
}

impl Products {
    /// Marks products as tracked. Call this before adding favourites of them.
    ///
    /// A tracked product without favourites costs one unnecessary request to the catalogue. A
    /// favourite of an untracked product would never be refreshed.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub async fn track(&self, products: impl IntoIterator<Item = &ProductId>, now: Timestamp) -> Result<(), Error> {
        let mark = |product| {
            let mut item = ItemWriter::default().text(DIRECTORY, TRACKED_PRODUCTS).time("held_at", now).finish();
            item.extend(key(product));
            item
        };
        self.0.batch_put(products.into_iter().map(mark)).await
    }

    /// Removes the mark of a product without favourites. A mark that was set at `before` or later
    /// stays, because a favourite is about to be added.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn untrack(&self, product: &ProductId, before: Timestamp) -> Result<(), Error> {
        let delete = self.0.delete(key(product));
        let delete =
            delete.condition_expression("held_at < :before").expression_attribute_values(":before", s(rfc3339(before)));
        match Box::pin(delete.send()).await.map_err(Error::from_sdk) {
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Lists the tracked products, five hundred per page, with one query of an index.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn tracked(&self, after: Option<&ProductId>) -> Result<TrackedPage, Error> {
        let query = self.0.directory(TRACKED_PRODUCTS, after.map(key)).limit(500);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let id = |item| Ok::<_, Error>(ProductId::parse(ItemReader(item).text_after(PK, PRODUCT_PREFIX)?)?);
        let products = output.items().iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let next = output.last_evaluated_key.as_ref().and(products.last().cloned());
        Ok(TrackedPage { products, next })
    }
}

fn key(product: &ProductId) -> Attributes {
    primary_key(keys::product(product), TRACKED)
}
