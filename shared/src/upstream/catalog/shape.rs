use std::fmt::Debug;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Unusable, fakestore::Fakestore, luizalabs::Luizalabs, simple::Simple};
use crate::{
    config::CatalogKind,
    domain::{ProductId, Snapshot},
};

/// How a catalogue is asked and what its answers mean.
pub(super) trait Shape: Debug + Send + Sync {
    /// Whether an id can be one of this catalogue's.
    fn may_have(&self, id: &ProductId) -> bool;

    /// Where a product is, from the root.
    fn product_path(&self, id: &ProductId) -> String;

    /// Where a page is, from the root.
    fn page_path(&self, page: u32) -> String;

    /// Whether this is how the catalogue says that there is no such product.
    fn says_absent(&self, status: StatusCode, said: &RawValue) -> bool;

    /// The rows of a page; `None` when this is no page.
    fn rows<'a>(&self, page: u32, status: StatusCode, said: &'a RawValue) -> Option<Rows<'a>>;

    /// Which product this is and what is said of it; `None` when it is not even that.
    fn product(&self, said: &RawValue) -> Option<(ProductId, Result<Snapshot, Unusable>)>;
}

/// What a page holds; beyond the last one, nothing.
#[derive(Debug, Default)]
pub(super) struct Rows<'a> {
    /// Each may be a product.
    pub(super) rows: Vec<&'a RawValue>,
    /// Whether the next page may have some.
    pub(super) has_more: bool,
}

/// The shape of this kind.
pub(super) const fn of(kind: CatalogKind) -> &'static dyn Shape {
    match kind {
        CatalogKind::Luizalabs => &Luizalabs,
        CatalogKind::Fakestore => &Fakestore,
        CatalogKind::Simple => &Simple,
    }
}

/// A JSON object with these fields. `serde` alone takes a list for one too.
pub(super) fn object<'a, T: Deserialize<'a>>(said: &'a RawValue) -> Option<T> {
    said.get().starts_with('{').then(|| serde_json::from_str(said.get()).ok()).flatten()
}

/// A JSON list.
pub(super) fn list(said: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(said.get()).ok()
}
