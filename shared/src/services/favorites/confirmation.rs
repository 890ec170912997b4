use std::collections::{HashMap, HashSet};

use super::{AddFavorites, ProductOutcome, ProductResult};
use crate::{
    domain::{Favorite, ProductId},
    store::RecordedResult,
};

/// The state of the listed products after the requests to the catalogue. A product in none of the
/// collections is unavailable.
pub(super) struct Confirmation {
    /// Products that were favourites before.
    pub(super) existing: HashMap<ProductId, Favorite>,
    /// Products that the catalogue has, as favourites that are not stored yet.
    pub(super) new: Vec<Favorite>,
    /// Products that the catalogue reports as absent.
    pub(super) not_found: HashSet<ProductId>,
}

impl Confirmation {
    /// The result for each listed product. `added_meanwhile` are favourites that a concurrent
    /// request added.
    pub(super) fn results(
        &self,
        request: &AddFavorites,
        added_meanwhile: &HashMap<ProductId, Favorite>,
    ) -> Vec<ProductResult> {
        let mut reported = HashSet::new();
        let mut outcome = |id: &ProductId| {
            if let Some(favorite) = self.existing.get(id).or_else(|| added_meanwhile.get(id)) {
                return ProductOutcome::Duplicate(Some(favorite.clone()));
            }
            match self.new.iter().find(|favorite| favorite.product_id == *id) {
                Some(favorite) if reported.insert(id.clone()) => ProductOutcome::Added(Some(favorite.clone())),
                Some(favorite) => ProductOutcome::Duplicate(Some(favorite.clone())),
                None if self.not_found.contains(id) => ProductOutcome::NotFound,
                None => ProductOutcome::Unavailable,
            }
        };
        let result = |id: &ProductId| ProductResult { product_id: id.clone(), outcome: outcome(id) };
        request.product_ids.iter().map(result).collect()
    }
}

impl From<ProductResult> for RecordedResult {
    fn from(ProductResult { product_id, outcome }: ProductResult) -> Self {
        let favorite = outcome.favorite().map(|favorite| favorite.id);
        Self { product_id, result: outcome.as_str().to_owned(), favorite }
    }
}
