use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::Favorites;
use crate::{
    domain::{FavoriteId, IdempotencyKey, ProductId, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, s},
    },
};

/// A request with an idempotency key.
#[derive(Debug, Clone, Copy)]
pub struct IdempotentRequest<'a> {
    /// The key.
    pub key: &'a IdempotencyKey,
    /// A text that is equal for equal requests.
    pub fingerprint: &'a str,
    /// The time of the request.
    pub at: Timestamp,
}

/// The stored record of a request that added favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The request's fingerprint. It is empty when the key was used for a request to another route.
    pub fingerprint: String,
    /// The result for each product, in the order of the request.
    pub results: Vec<RecordedResult>,
}

/// The recorded result for one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedResult {
    /// The product.
    pub product_id: ProductId,
    /// The value of the API's member `result`.
    pub result: String,
    /// The favourite, if there was one. The product may be a different favourite by now.
    pub favorite: Option<FavoriteId>,
}

const FINGERPRINT: &str = "fingerprint";
const RESULTS: &str = "results";

impl Favorites {
    /// Reads the record of an earlier request with this key. Returns `None` when there is none or
    /// it has expired.
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, Error> {
        self.0.idempotency_record(user, key, now).await?.as_ref().map(read_record).transpose()
    }
}

pub(super) fn write_record(fingerprint: &str, results: &[RecordedResult]) -> Attributes {
    let results = results.iter().map(|RecordedResult { product_id, result, favorite }| {
        let favorite = favorite.map(|id| s(id.to_string()));
        AttributeValue::L([s(product_id.as_str()), s(result)].into_iter().chain(favorite).collect())
    });
    let mut record = ItemWriter::default().text(FINGERPRINT, fingerprint).finish();
    record.insert(RESULTS.to_owned(), AttributeValue::L(results.collect()));
    record
}

fn read_record(record: &Attributes) -> Result<IdempotencyRecord, Error> {
    let Some(AttributeValue::L(results)) = record.get(RESULTS) else {
        return Ok(IdempotencyRecord { fingerprint: String::new(), results: Vec::new() });
    };
    let fingerprint = ItemReader(record).text(FINGERPRINT)?.to_owned();
    Ok(IdempotencyRecord { fingerprint, results: results.iter().map(read_result).collect::<Result<_, _>>()? })
}

fn read_result(result: &AttributeValue) -> Result<RecordedResult, Error> {
    let values = result.as_l().map(Vec::as_slice).unwrap_or_default();
    let texts: Option<Vec<&str>> = values.iter().map(|text| text.as_s().ok().map(String::as_str)).collect();
    let (product, result, favorite) = match texts.as_deref() {
        Some([product, result]) => (product, result, None),
        Some([product, result, favorite]) => (product, result, Some(FavoriteId::parse(favorite)?)),
        _ => return Err(Error::Corrupt("invalid recorded result".to_owned())),
    };
    Ok(RecordedResult { product_id: ProductId::parse(product)?, result: (*result).to_owned(), favorite })
}
