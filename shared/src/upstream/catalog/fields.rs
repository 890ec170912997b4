//! Parsing and validation of a product's fields. A value is never truncated or guessed: an invalid
//! field makes the product invalid.

use reqwest::Url;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::domain::{Price, ProductId, Snapshot};

/// The raw JSON of a field; `None` when the field is absent or null.
pub(super) type RawField<'a> = Option<&'a RawValue>;

/// A field of the product is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the product's {0} is missing, of a wrong type or out of range")]
pub struct InvalidField(&'static str);

pub(super) const INVALID_REVIEW: InvalidField = InvalidField("review");

/// Parses an integer as an id.
pub(super) fn integer_id(field: RawField<'_>) -> Option<ProductId> {
    let number: u64 = serde_json::from_str(field?.get()).ok()?;
    ProductId::parse(&number.to_string()).ok()
}

/// Returns `true` for an id in the format that [`integer_id`] returns.
pub(super) fn is_integer(id: &ProductId) -> bool {
    id.as_str().parse::<u64>().is_ok_and(|number| number.to_string() == id.as_str())
}

/// Parses a UUID as an id.
pub(super) fn uuid_id(field: RawField<'_>) -> Option<ProductId> {
    let text: String = serde_json::from_str(field?.get()).ok()?;
    ProductId::parse(&text).ok().filter(is_uuid)
}

/// Returns `true` for an id in the format that [`uuid_id`] returns: lower case, with hyphens.
pub(super) fn is_uuid(id: &ProductId) -> bool {
    let is_canonical = |uuid: Uuid| *uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == *id.as_str();
    Uuid::try_parse(id.as_str()).is_ok_and(is_canonical)
}

/// Parses a title.
pub(super) fn title(field: RawField<'_>) -> Result<String, InvalidField> {
    let title = text(field).map_err(|NotText| InvalidField("title"))?;
    title.filter(|title| title.chars().count() <= Snapshot::MAX_TITLE).ok_or(InvalidField("title"))
}

/// Parses the URL of an image. A valid URL is stored exactly as the catalogue wrote it.
pub(super) fn image_url(field: RawField<'_>) -> Result<Option<String>, InvalidField> {
    let Some(text) = text(field).map_err(|NotText| InvalidField("image"))? else { return Ok(None) };
    // The URL parser ignores some white space and adds missing slashes, so both are checked on the
    // text.
    let is_clean = text.len() <= Snapshot::MAX_IMAGE_URL && !text.contains(char::is_whitespace);
    let url = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && text[url.scheme().len()..].starts_with("://"));
    if is_clean && url.is_some() { Ok(Some(text)) } else { Err(InvalidField("image")) }
}

/// Parses a price from the digits of a JSON number.
pub(super) fn price(field: RawField<'_>) -> Result<Price, InvalidField> {
    // The raw JSON of a string includes its quotes, so a string is not a price.
    let price = field.and_then(|number| Price::parse(number.get()).ok());
    price.ok_or(InvalidField("price"))
}

/// Parses a number as a review. Trailing zeros are removed: 4.50 becomes 4.5.
pub(super) fn score(field: RawField<'_>) -> Result<Option<String>, InvalidField> {
    let decimal = |number: &RawValue| {
        let digits = number.get();
        Decimal::from_str_exact(digits).or_else(|_| Decimal::from_scientific(digits)).map_err(|_| INVALID_REVIEW)
    };
    Ok(field.map(decimal).transpose()?.map(|score| score.normalize().to_string()))
}

/// Parses a text as a review.
pub(super) fn review(field: RawField<'_>) -> Result<Option<String>, InvalidField> {
    let review = text(field).map_err(|NotText| INVALID_REVIEW)?;
    let fits = |review: &String| review.chars().count() <= Snapshot::MAX_REVIEW;
    if review.as_ref().is_none_or(fits) { Ok(review) } else { Err(INVALID_REVIEW) }
}

/// The field is not a JSON string.
struct NotText;

/// Parses a text, replaces control characters with spaces and trims it. Returns `None` for an
/// absent or empty text.
///
/// Control characters are replaced because a line break could forge a line in a log or an export.
fn text(field: RawField<'_>) -> Result<Option<String>, NotText> {
    let Some(field) = field else { return Ok(None) };
    let text: String = serde_json::from_str(field.get()).map_err(|_| NotText)?;
    let text = text.replace(char::is_control, " ").trim().to_owned();
    Ok(Some(text).filter(|text| !text.is_empty()))
}
