//! Which products are favourites: the list that a refresh goes through, each once however many customers hold it.

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use jiff::Timestamp;

use super::Products;
use crate::{
    domain::{ProductId, rfc3339},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, s},
        keys::{self, DIRECTORY, HELD, HELD_PRODUCTS, PK, PRODUCT_PREFIX, SK},
    },
};

/// Products that somebody holds, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPage {
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
    pub async fn hold(&self, products: impl IntoIterator<Item = &ProductId>, now: Timestamp) -> Result<(), Error> {
        let put = |product| {
            let mark = ItemWriter::default().text(DIRECTORY, HELD_PRODUCTS).time("held_at", now);
            let mut item = mark.finish();
            item.extend(key(product));
            let put = PutRequest::builder().set_item(Some(item)).build().map_err(Error::from_build)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        self.0.write_all(products.into_iter().map(put).collect::<Result<_, Error>>()?).await
    }

    /// Takes away the mark of a product that nobody holds, unless it was set anew since `before`: then somebody is about to.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn let_go(&self, product: &ProductId, before: Timestamp) -> Result<(), Error> {
        let delete = self.0.client.delete_item().table_name(&self.0.name).set_key(Some(key(product)));
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
    pub async fn held(&self, after: Option<&ProductId>) -> Result<HeldPage, Error> {
        let query = self.0.directory(HELD_PRODUCTS, after.map(key)).limit(500);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let id = |item| Ok::<_, Error>(ProductId::parse(ItemReader(item).text_after(PK, PRODUCT_PREFIX)?)?);
        let products = output.items().iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let next = output.last_evaluated_key.as_ref().and(products.last().cloned());
        Ok(HeldPage { products, next })
    }
}

fn key(product: &ProductId) -> Attributes {
    [(PK.to_owned(), s(keys::product(product))), (SK.to_owned(), s(HELD))].into()
}
