use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    adapter::{Adapter, PageItems, ParsedProduct},
    fields::{self, InvalidField, RawField},
    json::{array, object},
};
use crate::domain::{ProductId, Snapshot};

/// The API of the Luizalabs challenge catalogue. The public service was shut down; compatible
/// services exist.
///
/// | request | response |
/// | --- | --- |
/// | `GET /api/product/{uuid}/` | the product |
/// | `GET /api/product/?page=N` | `{meta, products}` |
///
/// An absent product and a page after the last one are a 404 with `{error_message, code:
/// "not_found"}`.
#[derive(Debug)]
pub(super) struct Luizalabs;

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
    #[serde(borrow, rename = "reviewScore")]
    review_score: RawField<'a>,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    meta: &'a RawValue,
    #[serde(borrow)]
    products: &'a RawValue,
}

#[derive(Deserialize)]
struct Meta {
    page_size: usize,
}

#[derive(Deserialize)]
struct ErrorBody {
    code: String,
}

impl Adapter for Luizalabs {
    fn is_valid_id(&self, id: &ProductId) -> bool {
        fields::is_uuid(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/api/product/{id}/")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/api/product/?page={page}")
    }

    fn is_absent(&self, status: StatusCode, body: &RawValue) -> bool {
        status == StatusCode::NOT_FOUND && object::<ErrorBody>(body).is_some_and(|error| error.code == "not_found")
    }

    fn page_items<'a>(&self, _page: u32, status: StatusCode, body: &'a RawValue) -> Option<PageItems<'a>> {
        if self.is_absent(status, body) {
            return Some(PageItems::default());
        }
        let page: Page<'a> = object(body).filter(|_| status.is_success())?;
        let (meta, items): (Meta, _) = (object(page.meta)?, array(page.products)?);
        let has_more = !items.is_empty() && items.len() >= meta.page_size;
        Some(PageItems { items, has_more })
    }

    fn product(&self, json: &RawValue) -> Option<ParsedProduct> {
        let fields: ProductFields<'_> = object(json)?;
        Some(ParsedProduct { id: fields::uuid_id(fields.id)?, snapshot: fields.snapshot() })
    }
}

impl ProductFields<'_> {
    fn snapshot(&self) -> Result<Snapshot, InvalidField> {
        Ok(Snapshot {
            title: fields::title(self.title)?,
            image_url: fields::image_url(self.image)?,
            price: fields::price(self.price)?,
            review: fields::score(self.review_score)?,
        })
    }
}
