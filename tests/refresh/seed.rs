//! Favourites by the thousand, stored directly.

use serde_json::json;
use shared::{domain::CustomerId, random::Random};

use super::{Scene, put_item, state};
use crate::support::app::TestApp;

/// New ids of customers, of whom nothing is stored.
pub(super) fn customers(app: &TestApp, count: usize) -> Vec<CustomerId> {
    (0..count).map(|_| CustomerId::new(app.clock.clock().now(), &Random::system())).collect()
}

impl Scene {
    /// Makes the customer's favourites of these products those of the others too.
    pub(super) fn give(&self, others: &[CustomerId], products: impl Fn(usize, u32) -> bool) {
        let pk = format!("CUSTOMER#{}#FAVORITES", self.customer);
        let models: Vec<_> = state::items(&self.app).into_iter().filter(|item| item["pk"]["S"] == pk).collect();
        for (at, other) in others.iter().enumerate() {
            for model in &models {
                let product = model["sk"]["S"].as_str().unwrap().strip_prefix("PRODUCT#").unwrap();
                if products(at, product.parse().unwrap()) {
                    let mut item = model.clone();
                    item["pk"] = json!({"S": format!("CUSTOMER#{other}#FAVORITES")});
                    put_item(&self.app, &item);
                }
            }
        }
    }
}
