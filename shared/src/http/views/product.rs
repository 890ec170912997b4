use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{Product, Snapshot},
    http::schema,
};

/// The catalogue's data of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Snapshot)]
pub struct SnapshotView {
    #[schema(value_type = schema::ProductTitle)]
    title: String,
    #[schema(value_type = Option<schema::ImageUrl>, required = true)]
    image_url: Option<String>,
    #[schema(value_type = schema::Price)]
    price: String,
    #[schema(value_type = Option<schema::Review>, required = true)]
    review: Option<String>,
}

impl From<&Snapshot> for SnapshotView {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Product)]
pub struct ProductView {
    #[schema(value_type = schema::ProductId)]
    id: String,
    #[serde(flatten)]
    snapshot: SnapshotView,
}

impl From<&Product> for ProductView {
    fn from(product: &Product) -> Self {
        Self { id: product.id.to_string(), snapshot: (&product.snapshot).into() }
    }
}
