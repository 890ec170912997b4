use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Unusable,
    shape::{Rows, Shape, list, object},
    values::{self, Given},
};
use crate::domain::{ProductId, Snapshot};

/// `GET /products/{int}`, which answers 200 and `null` where there is nothing, and `GET /products?limit=N`. There are no
/// pages: the first so many are all that can be asked for, so a page is asked for with all before it and one more, which
/// tells whether there is a next one.
#[derive(Debug)]
pub(super) struct Fakestore;

/// How many products we call a page.
const PAGE: usize = 100;

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
    #[serde(borrow)]
    rating: Given<'a>,
}

/// How many rated it is not taken: it changes all the time.
#[derive(Deserialize)]
struct Rating<'a> {
    #[serde(borrow)]
    rate: Given<'a>,
}

impl Shape for Fakestore {
    fn may_have(&self, id: &ProductId) -> bool {
        values::is_number(id)
    }

    fn product_path(&self, id: &ProductId) -> String {
        format!("/products/{id}")
    }

    fn page_path(&self, page: u32) -> String {
        format!("/products?limit={}", u64::from(page) * PAGE as u64 + 1)
    }

    fn says_absent(&self, status: StatusCode, said: &RawValue) -> bool {
        status.is_success() && said.get() == "null"
    }

    fn rows<'a>(&self, page: u32, status: StatusCode, said: &'a RawValue) -> Option<Rows<'a>> {
        let all = list(said).filter(|_| status.is_success())?;
        let before = usize::try_from(page.saturating_sub(1)).ok()?.saturating_mul(PAGE);
        let has_more = all.len() > before.saturating_add(PAGE);
        Some(Rows { rows: all.into_iter().skip(before).take(PAGE).collect(), has_more })
    }

    fn product(&self, said: &RawValue) -> Option<(ProductId, Result<Snapshot, Unusable>)> {
        let row: Row<'_> = object(said)?;
        Some((values::number_id(row.id)?, row.snapshot()))
    }
}

impl Row<'_> {
    fn snapshot(&self) -> Result<Snapshot, Unusable> {
        let rate = match self.rating {
            None => None,
            Some(rating) => object::<Rating<'_>>(rating).ok_or(values::NO_REVIEW)?.rate,
        };
        Ok(Snapshot {
            title: values::title(self.title)?,
            image_url: values::image_url(self.image)?,
            price: values::price(self.price)?,
            review: values::score(rate)?,
        })
    }
}
