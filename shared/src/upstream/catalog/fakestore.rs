use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    adapter::{Adapter, PageItems, ParsedProduct},
    fields::{self, InvalidField, RawField},
    json::{array, object},
};
use crate::domain::{ProductId, Snapshot};

/// The API of fakestoreapi.com.
///
/// | request | response |
/// | --- | --- |
/// | `GET /products/{int}` | the product; 200 and `null` when it is absent |
/// | `GET /products?limit=N` | an array of the first N products |
///
/// The API has no pages. Page P is cut out of the first P × 100 + 1 products; the additional
/// product shows whether a next page exists.
#[derive(Debug)]
pub(super) struct Fakestore;

const PAGE_SIZE: usize = 100;

#[derive(Deserialize)]
struct ProductFields<'a> {
    #[serde(borrow)]
    id: RawField<'a>,
    #[serde(borrow)]
    title: RawField<'a>,
    #[serde(borrow)]
    price: RawField<'a>,
    #[serde(borrow)]
    image: RawField<'a>,
    #[serde(borrow)]
    rating: RawField<'a>,
}

/// The number of ratings (`count`) is ignored, because it changes all the time.
#[derive(Deserialize)]
struct Rating<'a> {
    #[serde(borrow)]
    rate: RawField<'a>,
}

impl Adapter for Fakestore {
    fn is_valid_id(&self, id: &ProductId) -> bool {
        fields::is_integer(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/products/{id}")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/products?limit={}", u64::from(page) * PAGE_SIZE as u64 + 1)
    }

    fn is_absent(&self, status: StatusCode, body: &RawValue) -> bool {
        status.is_success() && body.get() == "null"
    }

    fn page_items<'a>(&self, page: u32, status: StatusCode, body: &'a RawValue) -> Option<PageItems<'a>> {
        let all = array(body).filter(|_| status.is_success())?;
        let before = usize::try_from(page.saturating_sub(1)).ok()?.saturating_mul(PAGE_SIZE);
        let has_more = all.len() > before.saturating_add(PAGE_SIZE);
        Some(PageItems { items: all.into_iter().skip(before).take(PAGE_SIZE).collect(), has_more })
    }

    fn product(&self, json: &RawValue) -> Option<ParsedProduct> {
        let fields: ProductFields<'_> = object(json)?;
        Some(ParsedProduct { id: fields::integer_id(fields.id)?, snapshot: fields.snapshot() })
    }
}

impl ProductFields<'_> {
    fn snapshot(&self) -> Result<Snapshot, InvalidField> {
        let rate = match self.rating {
            None => None,
            Some(rating) => object::<Rating<'_>>(rating).ok_or(fields::INVALID_REVIEW)?.rate,
        };
        Ok(Snapshot {
            title: fields::title(self.title)?,
            image_url: fields::image_url(self.image)?,
            price: fields::price(self.price)?,
            review: fields::score(rate)?,
        })
    }
}
