//! Thousands of favourites, written directly to the table.

use serde_json::json;
use shared::{domain::CustomerId, random::Random};

use super::{Scene, put_item, state};
use crate::support::app::TestApp;

/// New customer ids. The customers themselves are not stored.
pub(super) fn customers(app: &TestApp, count: usize) -> Vec<CustomerId> {
    (0..count).map(|_| CustomerId::new(app.clock.clock().now(), &Random::system())).collect()
}

impl Scene {
    /// Copies the customer's favourites to other customers. `is_copied` selects by customer index
    /// and product.
    pub(super) fn copy_favorites(&self, others: &[CustomerId], is_copied: impl Fn(usize, u32) -> bool) {
        let pk = format!("CUSTOMER#{}#FAVORITES", self.customer);
        let models: Vec<_> = state::items(&self.app).into_iter().filter(|item| item["pk"]["S"] == pk).collect();
        for (at, other) in others.iter().enumerate() {
            for model in &models {
                let product = model["sk"]["S"].as_str().unwrap().strip_prefix("PRODUCT#").unwrap();
                if is_copied(at, product.parse().unwrap()) {
                    let mut item = model.clone();
                    item["pk"] = json!({"S": format!("CUSTOMER#{other}#FAVORITES")});
                    put_item(&self.app, &item);
                }
            }
        }
    }
}
