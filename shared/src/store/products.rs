//! Products of the catalogue, as somebody saw them last, and which of them are anybody's favourites. None of it is the truth: it
//! may be lost, and is asked for again.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
    keys::{self, CACHED, EXPIRES_AT},
    snapshot,
};
use crate::domain::{Product, ProductId, CachedProduct};

mod tracked;

pub use tracked::TrackedPage;

/// What is known of the catalogue.
#[derive(Debug, Clone)]
pub struct Products(Table);

/// A page of the catalogue as somebody saw it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPage {
    /// When.
    pub at: Timestamp,
    /// The products in the catalogue's order.
    pub products: Vec<Product>,
    /// Whether another page follows.
    pub has_more: bool,
}

/// How long something is kept for times when the catalogue is away.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long it is kept that there is none, which is of use for a minute only.
const ABSENT_KEPT: SignedDuration = SignedDuration::from_hours(1);

impl Products {
    /// What is known in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// What was seen of a product last. It may be a moment old: read with eventual consistency, at half the price.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn get(&self, id: &ProductId) -> Result<Option<CachedProduct>, Error> {
        self.item(cached_key(id)).await?.as_ref().map(|item| read(id, item)).transpose()
    }

    /// Keeps what was seen of a product.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn put(&self, seen: &CachedProduct) -> Result<(), Error> {
        let mut item = seen.snapshot.as_ref().map(snapshot::attributes).unwrap_or_default();
        item.extend(cached_key(&seen.product_id));
        item.extend(ItemWriter::default().flag("absent", seen.snapshot.is_none()).finish());
        self.keep(item, seen.at, if seen.snapshot.is_some() { KEPT } else { ABSENT_KEPT }).await
    }

    /// What was seen of a page last.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn page(&self, page: u32) -> Result<Option<CachedPage>, Error> {
        self.item(page_key(page)).await?.as_ref().map(read_page).transpose()
    }

    /// Keeps what was seen of a page.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn put_page(&self, page: u32, seen: &CachedPage) -> Result<(), Error> {
        let products = seen.products.iter().map(|product| {
            let mut map = snapshot::attributes(&product.snapshot);
            map.insert("id".to_owned(), s(product.id.as_str()));
            AttributeValue::M(map)
        });
        let mut item = ItemWriter::default().flag("has_more", seen.has_more).finish();
        item.insert("products".to_owned(), AttributeValue::L(products.collect()));
        item.extend(page_key(page));
        self.keep(item, seen.at, KEPT).await
    }

    async fn keep(&self, item: Attributes, at: Timestamp, kept: SignedDuration) -> Result<(), Error> {
        let expires_at = at.saturating_add(kept).unwrap_or(Timestamp::MAX).as_second();
        let mut item = item;
        item.extend(ItemWriter::default().time("seen_at", at).number(EXPIRES_AT, expires_at.into()).finish());
        let put = self.0.put(item);
        Box::pin(put.send()).await.map(drop).map_err(Error::from_sdk)
    }

    async fn item(&self, key: Attributes) -> Result<Option<Attributes>, Error> {
        self.0.get_eventually_consistent(key).await
    }
}

fn cached_key(id: &ProductId) -> Attributes {
    primary_key(keys::product(id), CACHED)
}

fn page_key(page: u32) -> Attributes {
    primary_key(keys::PAGES, keys::products_page(page))
}

fn read(id: &ProductId, item: &Attributes) -> Result<CachedProduct, Error> {
    let reader = ItemReader(item);
    let snapshot = (!reader.flag("absent")?).then(|| snapshot::read(item)).transpose()?;
    Ok(CachedProduct { product_id: id.clone(), at: reader.time("seen_at")?, snapshot })
}

fn read_page(item: &Attributes) -> Result<CachedPage, Error> {
    let reader = ItemReader(item);
    let Some(AttributeValue::L(products)) = item.get("products") else {
        return Err(Error::Corrupt("no products in a page".to_owned()));
    };
    let product = |map: &AttributeValue| {
        let map = map.as_m().map_err(|_| Error::Corrupt("a product is no map".to_owned()))?;
        Ok(Product { id: ProductId::parse(ItemReader(map).text("id")?)?, snapshot: snapshot::read(map)? })
    };
    let products = products.iter().map(product).collect::<Result<Vec<_>, Error>>()?;
    Ok(CachedPage { at: reader.time("seen_at")?, products, has_more: reader.flag("has_more")? })
}
