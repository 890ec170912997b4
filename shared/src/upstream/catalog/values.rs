//! What the catalogue says of a product becomes a value that we keep, or the product is of no use: nothing is cut or guessed.

use reqwest::Url;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::domain::{Price, ProductId, Snapshot};

/// A field as it was written; `None` when it is absent or null.
pub(super) type Given<'a> = Option<&'a RawValue>;

/// What the catalogue says of a product cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the product's {0} is missing, of a wrong type or out of range")]
pub struct Unusable(&'static str);

pub(super) const NO_REVIEW: Unusable = Unusable("review");

/// A whole number as the id.
pub(super) fn number_id(given: Given<'_>) -> Option<ProductId> {
    let number: u64 = serde_json::from_str(given?.get()).ok()?;
    ProductId::parse(&number.to_string()).ok()
}

/// Whether an id can have come from [`number_id`].
pub(super) fn is_number(id: &ProductId) -> bool {
    id.as_str().parse::<u64>().is_ok_and(|number| number.to_string() == id.as_str())
}

/// A UUID as the id.
pub(super) fn uuid_id(given: Given<'_>) -> Option<ProductId> {
    let text: String = serde_json::from_str(given?.get()).ok()?;
    ProductId::parse(&text).ok().filter(is_uuid)
}

/// Whether an id can have come from [`uuid_id`]: lower case, with hyphens.
pub(super) fn is_uuid(id: &ProductId) -> bool {
    let written = |uuid: Uuid| *uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == *id.as_str();
    Uuid::try_parse(id.as_str()).is_ok_and(written)
}

pub(super) fn title(given: Given<'_>) -> Result<String, Unusable> {
    let title = text(given).map_err(|()| Unusable("title"))?;
    title.filter(|title| title.chars().count() <= Snapshot::MAX_TITLE).ok_or(Unusable("title"))
}

pub(super) fn image_url(given: Given<'_>) -> Result<Option<String>, Unusable> {
    let Some(address) = text(given).map_err(|()| Unusable("image"))? else { return Ok(None) };
    // The parser would pass over white space and supply missing slashes; what is kept is what was written.
    let is_clean = address.len() <= Snapshot::MAX_IMAGE_URL && !address.contains(char::is_whitespace);
    let url = Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && address[url.scheme().len()..].starts_with("://"));
    if is_clean && url.is_some() { Ok(Some(address)) } else { Err(Unusable("image")) }
}

pub(super) fn price(given: Given<'_>) -> Result<Price, Unusable> {
    // The number's own digits; a string keeps its quotes and so is none.
    let price = given.and_then(|number| Price::parse(number.get()).ok());
    price.ok_or(Unusable("price"))
}

/// A number as a review, in one way of writing: 4.50 is 4.5.
pub(super) fn score(given: Given<'_>) -> Result<Option<String>, Unusable> {
    let decimal = |number: &RawValue| {
        let digits = number.get();
        Decimal::from_str_exact(digits).or_else(|_| Decimal::from_scientific(digits)).map_err(|_| NO_REVIEW)
    };
    Ok(given.map(decimal).transpose()?.map(|score| score.normalize().to_string()))
}

/// A text as a review.
pub(super) fn review(given: Given<'_>) -> Result<Option<String>, Unusable> {
    let review = text(given).map_err(|()| NO_REVIEW)?;
    let fits = |review: &String| review.chars().count() <= Snapshot::MAX_REVIEW;
    if review.as_ref().is_none_or(fits) { Ok(review) } else { Err(NO_REVIEW) }
}

/// A text without control characters and without white space around it; `None` when nothing is left. A line break in it could
/// forge a line of a log or an export.
fn text(given: Given<'_>) -> Result<Option<String>, ()> {
    let Some(given) = given else { return Ok(None) };
    let text: String = serde_json::from_str(given.get()).map_err(|_| ())?;
    let text = text.replace(char::is_control, " ").trim().to_owned();
    Ok(Some(text).filter(|text| !text.is_empty()))
}
