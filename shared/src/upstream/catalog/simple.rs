use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Unusable,
    shape::{Rows, Shape, list, object},
    values::{self, Given},
};
use crate::domain::{ProductId, Snapshot};

/// `GET /products/{int}`, with `{detail}` and a 404 where there is nothing, and `GET /products?page=N`, which beyond the last
/// page answers `[]`. There a 404 is never the catalogue's own: many frameworks say `{detail}` at a wrong address too.
#[derive(Debug)]
pub(super) struct Simple;

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Given<'a>,
    #[serde(borrow)]
    title: Given<'a>,
    #[serde(borrow)]
    price: Given<'a>,
    #[serde(borrow)]
    image_url: Given<'a>,
    #[serde(borrow)]
    review: Given<'a>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "detail")]
    _detail: String,
}

impl Shape for Simple {
    fn may_have(&self, id: &ProductId) -> bool {
        values::is_number(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/products/{id}")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/products?page={page}")
    }

    fn says_absent(&self, status: StatusCode, said: &RawValue) -> bool {
        status == StatusCode::NOT_FOUND && object::<Refusal>(said).is_some()
    }

    fn rows<'a>(&self, _page: u32, status: StatusCode, said: &'a RawValue) -> Option<Rows<'a>> {
        let rows = list(said).filter(|_| status.is_success())?;
        let has_more = !rows.is_empty();
        Some(Rows { rows, has_more })
    }

    fn product(&self, said: &RawValue) -> Option<(ProductId, Result<Snapshot, Unusable>)> {
        let row: Row<'_> = object(said)?;
        Some((values::number_id(row.id)?, row.snapshot()))
    }
}

impl Row<'_> {
    fn snapshot(&self) -> Result<Snapshot, Unusable> {
        Ok(Snapshot {
            title: values::title(self.title)?,
            image_url: values::image_url(self.image_url)?,
            price: values::price(self.price)?,
            review: values::review(self.review)?,
        })
    }
}
