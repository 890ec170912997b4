use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    adapter::{Adapter, PageItems, ParsedProduct},
    fields::{self, InvalidField, RawField},
    json::{array, object},
};
use crate::domain::{ProductId, Snapshot};

/// A minimal catalogue API.
///
/// | request | response |
/// | --- | --- |
/// | `GET /products/{int}` | the product; 404 with `{detail}` when it is absent |
/// | `GET /products?page=N` | an array of products, empty after the last page |
///
/// A 404 for a page is an invalid response, because many web frameworks send a 404 with `{detail}`
/// for an unknown path.
#[derive(Debug)]
pub(super) struct Simple;

#[derive(Deserialize)]
struct ProductFields<'a> {
    #[serde(borrow)]
    id: RawField<'a>,
    #[serde(borrow)]
    title: RawField<'a>,
    #[serde(borrow)]
    price: RawField<'a>,
    #[serde(borrow)]
    image_url: RawField<'a>,
    #[serde(borrow)]
    review: RawField<'a>,
}

#[derive(Deserialize)]
struct ErrorBody {
    #[serde(rename = "detail")]
    _detail: String,
}

impl Adapter for Simple {
    fn is_valid_id(&self, id: &ProductId) -> bool {
        fields::is_integer(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/products/{id}")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/products?page={page}")
    }

    fn is_absent(&self, status: StatusCode, body: &RawValue) -> bool {
        status == StatusCode::NOT_FOUND && object::<ErrorBody>(body).is_some()
    }

    fn page_items<'a>(&self, _page: u32, status: StatusCode, body: &'a RawValue) -> Option<PageItems<'a>> {
        let items = array(body).filter(|_| status.is_success())?;
        let has_more = !items.is_empty();
        Some(PageItems { items, has_more })
    }

    fn product(&self, json: &RawValue) -> Option<ParsedProduct> {
        let fields: ProductFields<'_> = object(json)?;
        Some(ParsedProduct { id: fields::integer_id(fields.id)?, snapshot: fields.snapshot() })
    }
}

impl ProductFields<'_> {
    fn snapshot(&self) -> Result<Snapshot, InvalidField> {
        Ok(Snapshot {
            title: fields::title(self.title)?,
            image_url: fields::image_url(self.image_url)?,
            price: fields::price(self.price)?,
            review: fields::review(self.review)?,
        })
    }
}
