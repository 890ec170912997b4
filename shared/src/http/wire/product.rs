use serde::Serialize;

use crate::domain::{Product, Snapshot};

/// What the catalogue says of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WireSnapshot {
    title: String,
    image_url: Option<String>,
    /// A decimal as text: a JSON number becomes a binary float in most clients.
    price: String,
    review: Option<String>,
}

impl From<&Snapshot> for WireSnapshot {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            title: snapshot.title.clone(),
            image_url: snapshot.image_url.clone(),
            price: snapshot.price.to_string(),
            review: snapshot.review.clone(),
        }
    }
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WireProduct {
    id: String,
    #[serde(flatten)]
    snapshot: WireSnapshot,
}

impl From<&Product> for WireProduct {
    fn from(product: &Product) -> Self {
        Self { id: product.id.to_string(), snapshot: (&product.snapshot).into() }
    }
}
