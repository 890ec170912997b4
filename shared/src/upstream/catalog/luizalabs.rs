use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Unusable,
    shape::{Rows, Shape, list, object},
    values::{self, Given},
};
use crate::domain::{ProductId, Snapshot};

/// `GET /api/product/{uuid}/` and `GET /api/product/?page=N`, both with `{error_message, code: "not_found"}` and a 404 where
/// there is nothing. The public service is off for good; stand-ins speak its language.
#[derive(Debug)]
pub(super) struct Luizalabs;

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Given<'a>,
    #[serde(borrow)]
    title: Given<'a>,
    #[serde(borrow)]
    price: Given<'a>,
    #[serde(borrow)]
    image: Given<'a>,
    #[serde(borrow, rename = "reviewScore")]
    review_score: Given<'a>,
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
struct Refusal {
    code: String,
}

impl Shape for Luizalabs {
    fn may_have(&self, id: &ProductId) -> bool {
        values::is_uuid(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/api/product/{id}/")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/api/product/?page={page}")
    }

    fn says_absent(&self, status: StatusCode, said: &RawValue) -> bool {
        status == StatusCode::NOT_FOUND && object::<Refusal>(said).is_some_and(|refusal| refusal.code == "not_found")
    }

    fn rows<'a>(&self, _page: u32, status: StatusCode, said: &'a RawValue) -> Option<Rows<'a>> {
        if self.says_absent(status, said) {
            return Some(Rows::default());
        }
        let page: Page<'a> = object(said).filter(|_| status.is_success())?;
        let (meta, rows): (Meta, _) = (object(page.meta)?, list(page.products)?);
        let has_more = !rows.is_empty() && rows.len() >= meta.page_size;
        Some(Rows { rows, has_more })
    }

    fn product(&self, said: &RawValue) -> Option<(ProductId, Result<Snapshot, Unusable>)> {
        let row: Row<'_> = object(said)?;
        Some((values::uuid_id(row.id)?, row.snapshot()))
    }
}

impl Row<'_> {
    fn snapshot(&self) -> Result<Snapshot, Unusable> {
        Ok(Snapshot {
            title: values::title(self.title)?,
            image_url: values::image_url(self.image)?,
            price: values::price(self.price)?,
            review: values::score(self.review_score)?,
        })
    }
}
