use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Array, OneOf, RefOr, Schema, Type},
};

use super::{ObjectBuilder, format, schemas, string};
use crate::{
    domain::{self, Snapshot},
    http::extract,
};

schemas! {
    /// A product's id in the catalogue: a number or a word, as text.
    ProductId = string()
        .min_length(Some(1))
        .max_length(Some(domain::ProductId::MAX))
        .pattern(Some("^[A-Za-z0-9_-]+$"))
        .examples(["7"]);

    /// What the catalogue calls the product.
    ProductTitle = string().max_length(Some(Snapshot::MAX_TITLE)).examples(["Warm Wheelbarrow"]);

    /// Where its picture is.
    ImageUrl = string()
        .format(Some(format("uri")))
        .max_length(Some(Snapshot::MAX_IMAGE_URL))
        .examples(["https://shop.example.com/images/7.svg"]);

    /// A decimal as text: a JSON number becomes a binary float in most clients.
    Price = string().pattern(Some(r"^\d+\.\d{2,4}$")).examples(["559.32"]);

    /// How much more it costs now than when it was added: a decimal as text, negative when it costs less.
    PriceChange = string().pattern(Some(r"^-?\d+\.\d{2,4}$")).examples(["-12.50"]);

    /// What buyers think of it: a score or a text, whichever the catalogue has.
    Review = string().max_length(Some(Snapshot::MAX_REVIEW)).examples(["2.5"]);
}

/// The products that a request names.
#[derive(Debug, Clone, Copy)]
pub enum ProductIds {}

/// One id, or a list of them; each a number or a text.
impl PartialSchema for ProductIds {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(extract::ProductIds::LARGEST))
            .build();
        let one = || OneOf::builder().item(ProductId::schema()).item(number.clone());
        let list = Array::builder().items(one()).min_items(Some(1)).max_items(Some(extract::ProductIds::MOST));
        OneOf::builder()
            .description(Some("A product's id, or a list of them; each is a number or a text. One that is named again is a duplicate of itself."))
            .item(ProductId::schema())
            .item(number.clone())
            .item(list)
            .examples([serde_json::json!([7, "9999"])])
            .into()
    }
}

impl ToSchema for ProductIds {}
