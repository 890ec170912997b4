use std::fmt::Debug;

use reqwest::StatusCode;
use serde_json::value::RawValue;

use super::fields::InvalidField;
use crate::domain::{ProductId, Snapshot};

/// The API of one kind of catalogue: its URLs and the meaning of its responses.
pub(super) trait Adapter: Debug + Send + Sync {
    /// Returns `true` when the id has the format of this catalogue's ids.
    fn is_valid_id(&self, id: &ProductId) -> bool;

    /// The path of a product, relative to the base URL.
    fn product_path(&self, id: &ProductId) -> String;

    /// The path of a page, relative to the base URL.
    fn page_path(&self, page: u32) -> String;

    /// Returns `true` when the response is this catalogue's way of reporting an absent product.
    fn is_absent(&self, status: StatusCode, body: &RawValue) -> bool;

    /// Parses the items of a page. Returns `None` when the response is not a page.
    fn page_items<'a>(&self, page: u32, status: StatusCode, body: &'a RawValue) -> Option<PageItems<'a>>;

    /// Parses one product. Returns `None` when the JSON is not an object with a valid id.
    fn product(&self, json: &RawValue) -> Option<ParsedProduct>;
}

/// The items of a page, not yet parsed as products. A page after the last one has none.
#[derive(Debug, Default)]
pub(super) struct PageItems<'a> {
    pub(super) items: Vec<&'a RawValue>,
    /// `false` when the next page has no items.
    pub(super) has_more: bool,
}

/// A product with a valid id and with properties that may be invalid.
#[derive(Debug)]
pub(super) struct ParsedProduct {
    pub(super) id: ProductId,
    pub(super) snapshot: Result<Snapshot, InvalidField>,
}
