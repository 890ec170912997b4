use std::collections::HashMap;

use crate::{
    domain::{Favorite, ProductId},
    store::{IdempotencyRecord, RecordedResult},
};

/// The result of a request to add favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddResult {
    /// The request was carried out. One result per listed product, in the order of the request.
    Done(Vec<ProductResult>),
    /// An earlier request with the same idempotency key was carried out. These are its results.
    Replayed(Vec<ProductResult>),
    /// The idempotency key was used by a different request.
    KeyReused,
}

/// The result for one listed product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductResult {
    /// The product.
    pub product_id: ProductId,
    /// The outcome.
    pub outcome: ProductOutcome,
}

/// The outcome for one listed product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductOutcome {
    /// The product was added. A replayed result has `None` when the favourite was removed since.
    Added(Option<Favorite>),
    /// The product was a favourite before, or is listed more than once. A replayed result has
    /// `None` when the favourite was removed since.
    Duplicate(Option<Favorite>),
    /// The catalogue has no such product.
    NotFound,
    /// The catalogue did not give a valid answer for the product.
    Unavailable,
}

impl ProductOutcome {
    /// The value of the API's member `result`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Duplicate(_) => "duplicate",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
        }
    }

    /// The favourite, if there is one.
    #[must_use]
    pub const fn favorite(&self) -> Option<&Favorite> {
        match self {
            Self::Added(favorite) | Self::Duplicate(favorite) => favorite.as_ref(),
            Self::NotFound | Self::Unavailable => None,
        }
    }
}

/// Rebuilds the result of an earlier request from its record.
///
/// `existing` are the current favourites among the listed products. Products that the earlier
/// request added are returned as they were when they were added.
pub(super) fn replay(
    record: IdempotencyRecord,
    fingerprint: &str,
    existing: &HashMap<ProductId, Favorite>,
) -> AddResult {
    if record.fingerprint != fingerprint {
        return AddResult::KeyReused;
    }
    let result = |RecordedResult { product_id, result, favorite }: RecordedResult| {
        // A product that was removed and added again since is a different favourite, with another
        // id.
        let favorite = existing.get(&product_id).filter(|existing| Some(existing.id) == favorite).cloned();
        let outcome = match result.as_str() {
            "added" => ProductOutcome::Added(favorite.map(Favorite::as_added)),
            "duplicate" => ProductOutcome::Duplicate(favorite),
            "not_found" => ProductOutcome::NotFound,
            _ => ProductOutcome::Unavailable,
        };
        ProductResult { product_id, outcome }
    };
    AddResult::Replayed(record.results.into_iter().map(result).collect())
}
