//! Products of the external catalogue.

mod id;
mod price;

pub use id::ProductId;
pub use price::Price;

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The product's id in the catalogue.
    pub id: ProductId,
    /// The product's properties at one moment.
    pub snapshot: Snapshot,
}

/// The properties of a product at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The title.
    pub title: String,
    /// The URL of the image, `http` or `https`.
    pub image_url: Option<String>,
    /// The price, in the catalogue's currency.
    pub price: Price,
    /// The review: a decimal score or a text, depending on the catalogue.
    pub review: Option<String>,
}

impl Snapshot {
    /// The maximum length of a title, in characters.
    pub const MAX_TITLE: usize = 500;
    /// The maximum length of an image URL, in bytes.
    pub const MAX_IMAGE_URL: usize = 2048;
    /// The maximum length of a review, in characters.
    pub const MAX_REVIEW: usize = 2000;
}
