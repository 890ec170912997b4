//! Which products are favourites: the list that a refresh goes through, each once however many customers hold it.

use jiff::Timestamp;

use super::Products;
use crate::{
    domain::{ProductId, rfc3339},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
        keys::{self, DIRECTORY, HELD, HELD_PRODUCTS, PK, PRODUCT_PREFIX},
    },
};

/// Products that somebody holds, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedPage {
    /// The products.
    pub products: Vec<ProductId>,
    /// The last of them; `None` at the end.
    pub next: Option<ProductId>,
}

impl Products {
    /// Marks products as held, before favourites of them are added: a mark without a favourite costs one needless question to
    /// the catalogue, a favourite without a mark would never be refreshed.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn track(&self, products: impl IntoIterator<Item = &ProductId>, now: Timestamp) -> Result<(), Error> {
        let mark = |product| {
            let mut item = ItemWriter::default().text(DIRECTORY, HELD_PRODUCTS).time("held_at", now).finish();
            item.extend(key(product));
            item
        };
        self.0.batch_put(products.into_iter().map(mark)).await
    }

    /// Takes away the mark of a product that nobody holds, unless it was set anew since `before`: then somebody is about to.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn untrack(&self, product: &ProductId, before: Timestamp) -> Result<(), Error> {
        let delete = self.0.delete(key(product));
        let delete =
            delete.condition_expression("held_at < :before").expression_attribute_values(":before", s(rfc3339(before)));
        match Box::pin(delete.send()).await.map_err(Error::from_sdk) {
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Products that somebody holds, five hundred at a time: one query of an index.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn tracked(&self, after: Option<&ProductId>) -> Result<TrackedPage, Error> {
        let query = self.0.directory(HELD_PRODUCTS, after.map(key)).limit(500);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let id = |item| Ok::<_, Error>(ProductId::parse(ItemReader(item).text_after(PK, PRODUCT_PREFIX)?)?);
        let products = output.items().iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let next = output.last_evaluated_key.as_ref().and(products.last().cloned());
        Ok(TrackedPage { products, next })
    }
}

fn key(product: &ProductId) -> Attributes {
    primary_key(keys::product(product), HELD)
}
