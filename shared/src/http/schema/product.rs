use super::{format, schemas, string};
use crate::domain::{self, Snapshot};

schemas! {
    /// A product's id in the catalogue: a number or a word, as a string.
    ProductId = string()
        .min_length(Some(1))
        .max_length(Some(domain::ProductId::MAX))
        .pattern(Some("^[A-Za-z0-9_-]+$"))
        .examples(["7"]);

    /// The product's title in the catalogue.
    ProductTitle = string().max_length(Some(Snapshot::MAX_TITLE)).examples(["Warm Wheelbarrow"]);

    /// The URL of the product's image.
    ImageUrl = string()
        .format(Some(format("uri")))
        .max_length(Some(Snapshot::MAX_IMAGE_URL))
        .examples(["https://shop.example.com/images/7.svg"]);

    /// A decimal as a string. Most clients would read a JSON number as a binary float.
    Price = string().pattern(Some(r"^\d+\.\d{2,4}$")).examples(["559.32"]);

    /// The current price minus the price when the favourite was added: a decimal as a string, which
    /// may be negative.
    PriceChange = string().pattern(Some(r"^-?\d+\.\d{2,4}$")).examples(["-12.50"]);

    /// The review score or text, as the catalogue has it.
    Review = string().max_length(Some(Snapshot::MAX_REVIEW)).examples(["2.5"]);
}
