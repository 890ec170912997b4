use std::collections::HashSet;

use crate::domain::{IdempotencyKey, OwnedCustomer, ProductId};

/// A request to add products to a customer's favourites.
#[derive(Debug, Clone)]
pub struct AddFavorites {
    /// The customer, and the account that sends the request.
    pub customer: OwnedCustomer,
    /// The products. A product may be listed more than once.
    pub product_ids: Vec<ProductId>,
    /// The idempotency key.
    pub key: Option<IdempotencyKey>,
}

impl AddFavorites {
    /// The products without repetitions, in the order of the request.
    pub(super) fn distinct_products(&self) -> Vec<&ProductId> {
        let mut seen = HashSet::new();
        self.product_ids.iter().filter(|id| seen.insert(*id)).collect()
    }

    /// A text that is equal for two requests exactly when they are equal.
    pub(super) fn fingerprint(&self) -> String {
        let ids: Vec<&str> = self.product_ids.iter().map(ProductId::as_str).collect();
        format!("{} {}", self.customer.id, ids.join(" "))
    }
}
