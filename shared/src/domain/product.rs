//! What a catalogue sells, as far as we know it.

mod id;
mod price;

pub use id::ProductId;
pub use price::Price;

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id in the catalogue.
    pub id: ProductId,
    /// What the catalogue says of it.
    pub snapshot: Snapshot,
}

/// What the catalogue says of a product at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What it is called.
    pub title: String,
    /// Where its picture is: an `http` or `https` address.
    pub image_url: Option<String>,
    /// What it costs, in the catalogue's currency.
    pub price: Price,
    /// What buyers think of it: a score as a decimal, or a text, whichever the catalogue has.
    pub review: Option<String>,
}

impl Snapshot {
    /// The longest title, in characters.
    pub const MAX_TITLE: usize = 500;
    /// The longest address of a picture, in bytes.
    pub const MAX_IMAGE_URL: usize = 2048;
    /// The longest review, in characters.
    pub const MAX_REVIEW: usize = 2000;
}
