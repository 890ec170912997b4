//! The cache of the catalogue's products, and the products that are tracked because they are some
//! customer's favourite. A lost cache entry is fetched again from the catalogue.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, primary_key, s},
    keys::{self, CACHED, EXPIRES_AT},
    snapshot,
};
use crate::domain::{CachedProduct, Product, ProductId};

mod tracked;

pub use tracked::TrackedPage;

/// The cached and the tracked products.
#[derive(Debug, Clone)]
pub struct Products(Table);

/// A cached page of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPage {
    /// The time at which the catalogue was queried.
    pub fetched_at: Timestamp,
    /// The products, in the catalogue's order.
    pub products: Vec<Product>,
    /// `true` when there is a next page.
    pub has_more: bool,
}

/// The retention of a product or a page, which is the longest outage of the catalogue that the
/// cache can bridge.
const RETENTION: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The retention of an absence, which is served for a minute only.
const ABSENCE_RETENTION: SignedDuration = SignedDuration::from_hours(1);

impl Products {
    /// The products in `table`.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Reads a cached product. The read is eventually consistent, at half the price.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn get(&self, id: &ProductId) -> Result<Option<CachedProduct>, Error> {
        self.item(cached_key(id)).await?.as_ref().map(|item| read(id, item)).transpose()
    }

    /// Caches a product.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn put(&self, product: &CachedProduct) -> Result<(), Error> {
        let mut item = product.snapshot.as_ref().map(snapshot::attributes).unwrap_or_default();
        item.extend(cached_key(&product.product_id));
        item.extend(ItemWriter::default().flag("absent", product.snapshot.is_none()).finish());
        let retention = if product.snapshot.is_some() { RETENTION } else { ABSENCE_RETENTION };
        self.put_cached(item, product.fetched_at, retention).await
    }

    /// Reads a cached page. The read is eventually consistent, at half the price.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn page(&self, number: u32) -> Result<Option<CachedPage>, Error> {
        self.item(page_key(number)).await?.as_ref().map(read_page).transpose()
    }

    /// Caches a page.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn put_page(&self, number: u32, page: &CachedPage) -> Result<(), Error> {
        let products = page.products.iter().map(|product| {
            let mut map = snapshot::attributes(&product.snapshot);
            map.insert("id".to_owned(), s(product.id.as_str()));
            AttributeValue::M(map)
        });
        let mut item = ItemWriter::default().flag("has_more", page.has_more).finish();
        item.insert("products".to_owned(), AttributeValue::L(products.collect()));
        item.extend(page_key(number));
        self.put_cached(item, page.fetched_at, RETENTION).await
    }

    async fn put_cached(
        &self,
        mut item: Attributes,
        fetched_at: Timestamp,
        retention: SignedDuration,
    ) -> Result<(), Error> {
        let expires_at = fetched_at.saturating_add(retention).unwrap_or(Timestamp::MAX).as_second();
        item.extend(ItemWriter::default().time("seen_at", fetched_at).number(EXPIRES_AT, expires_at.into()).finish());
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

fn page_key(number: u32) -> Attributes {
    primary_key(keys::PAGES, keys::products_page(number))
}

fn read(id: &ProductId, item: &Attributes) -> Result<CachedProduct, Error> {
    let reader = ItemReader(item);
    let snapshot = (!reader.flag("absent")?).then(|| snapshot::read(item)).transpose()?;
    Ok(CachedProduct { product_id: id.clone(), fetched_at: reader.time("seen_at")?, snapshot })
}

fn read_page(item: &Attributes) -> Result<CachedPage, Error> {
    let reader = ItemReader(item);
    let Some(AttributeValue::L(products)) = item.get("products") else {
        return Err(Error::Corrupt("no products in a page".to_owned()));
    };
    let product = |map: &AttributeValue| {
        let map = map.as_m().map_err(|_| Error::Corrupt("a product is not a map".to_owned()))?;
        Ok(Product { id: ProductId::parse(ItemReader(map).text("id")?)?, snapshot: snapshot::read(map)? })
    };
    let products = products.iter().map(product).collect::<Result<Vec<_>, Error>>()?;
    Ok(CachedPage { fetched_at: reader.time("seen_at")?, products, has_more: reader.flag("has_more")? })
}
