//! The stored form of a product's properties: a map.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    Error,
    attributes::{Attributes, ItemReader, ItemWriter},
};
use crate::domain::{Price, Snapshot};

/// The properties as a map value.
pub(super) fn write(snapshot: &Snapshot) -> AttributeValue {
    AttributeValue::M(attributes(snapshot))
}

/// The map's entries, for an item that has them as top-level attributes.
pub(super) fn attributes(snapshot: &Snapshot) -> Attributes {
    ItemWriter::default()
        .text("title", &snapshot.title)
        .optional_text("image_url", snapshot.image_url.as_ref())
        // Stored as text, because a DynamoDB number loses its trailing zeros.
        .text("price", snapshot.price.to_string())
        .optional_text("review", snapshot.review.as_ref())
        .finish()
}

pub(super) fn read(map: &Attributes) -> Result<Snapshot, Error> {
    let map = ItemReader(map);
    Ok(Snapshot {
        title: map.text("title")?.to_owned(),
        image_url: map.optional_text("image_url").map(str::to_owned),
        price: Price::parse(map.text("price")?)?,
        review: map.optional_text("review").map(str::to_owned),
    })
}
