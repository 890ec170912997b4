use std::{collections::HashMap, iter};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{Favorites, item};
use crate::{
    domain::{CustomerId, Favorite, FavoriteId, IdempotencyKey, ProductId, UserId},
    store::{
        Error, OutboxEntry,
        attributes::{Attributes, ItemReader, ItemWriter, s},
        customers,
        transaction::Outcome,
    },
};

/// What came of adding favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FavoriteAddition {
    /// Those of the products that were no favourites yet are ones now; of the others, these are.
    Done {
        /// What had been favourites already, in this moment.
        there_already: HashMap<ProductId, Favorite>,
    },
    /// An earlier request with the same idempotency key has added favourites.
    Before(IdempotencyRecord),
    /// There is no such customer any more.
    NoCustomer,
}

/// A request with an idempotency key, for its record.
#[derive(Debug, Clone, Copy)]
pub struct IdempotentRequest<'a> {
    /// Whose key it is.
    pub user: UserId,
    /// The key.
    pub key: &'a IdempotencyKey,
    /// What was asked for, in one spelling.
    pub fingerprint: &'a str,
    /// When.
    pub now: Timestamp,
}

/// What is kept of a request that has added favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// What was asked for, in one spelling. It is empty for a request to another route.
    pub fingerprint: String,
    /// What came of each product, in the order asked.
    pub results: Vec<RecordedResult>,
}

/// What came of one product, as a word of the API's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedResult {
    /// Which product.
    pub product_id: ProductId,
    /// The word.
    pub result: String,
    /// The favourite, where there was one: a product may be another one by now.
    pub favorite: Option<FavoriteId>,
}

const FINGERPRINT: &str = "fingerprint";
const RESULTS: &str = "results";

impl Favorites {
    /// Adds favourites, at most fifty and all of different products, with the entry that tells of them and the record of the
    /// request's idempotency key: one transaction, which is done only while this owner has this customer, so that a customer
    /// that is deleted meanwhile leaves none behind. Those that somebody else has added meanwhile are left out, and the
    /// transaction is tried without them.
    ///
    /// `audit_entry` makes the entry for those that are added, `results` what the record says of the request.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn add(
        &self,
        (owner, customer): (UserId, CustomerId),
        favorites: &[Favorite],
        request: Option<IdempotentRequest<'_>>,
        audit_entry: &(impl Fn(&[&Favorite]) -> OutboxEntry + Sync),
        results: &(impl Fn(&HashMap<ProductId, Favorite>) -> Vec<RecordedResult> + Sync),
    ) -> Result<FavoriteAddition, Error> {
        const ATTEMPTS: usize = 5;
        let mut there_already = HashMap::new();
        for _ in 0..ATTEMPTS {
            let missing: Vec<&Favorite> =
                favorites.iter().filter(|favorite| !there_already.contains_key(&favorite.product_id)).collect();
            if missing.is_empty() {
                return Ok(FavoriteAddition::Added { existing });
            }
            let puts = missing.iter().map(|favorite| self.0.transact_put_new(item::write(customer, favorite)));
            let check = customers::exists_check(&self.0, owner, customer);
            let mut writes = iter::once(check).chain(puts).collect::<Result<Vec<_>, _>>()?;
            writes.push(self.0.transact_put_outbox(&audit_entry(&missing))?);
            if let Some(IdempotentRequest { user, key, fingerprint, now }) = request {
                let record = write_record(fingerprint, &results(&there_already));
                writes.push(self.0.put_idempotency_record(user, key, now, record)?);
            }
            match self.0.transact(writes).await? {
                Outcome::Done => return Ok(FavoriteAddition::Added { existing }),
                Outcome::ConditionFailed(failed) if failed.contains(&0) => return Ok(FavoriteAddition::NoCustomer),
                Outcome::ConditionFailed(_) => {}
            }
            let there = self.existing(customer, favorites.iter().map(|favorite| &favorite.product_id)).await?;
            let is_ours = |favorite: &&Favorite| there.get(&favorite.product_id).is_some_and(|it| it.id == favorite.id);
            if missing.iter().any(is_ours) {
                // Our own: the answer of the transaction was lost, and the SDK repeated it.
                return Ok(FavoriteAddition::Added { existing });
            }
            if let Some(request) = request
                && let Some(kept) = self.idempotency_record(request.user, request.key, request.now).await?
            {
                return Ok(FavoriteAddition::Replayed(kept));
            }
            there_already = there;
        }
        Err(Error::Conflict)
    }

    /// What is kept of an earlier request with this key.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, Error> {
        self.0.idempotency_record(user, key, now).await?.as_ref().map(read_record).transpose()
    }
}

fn write_record(fingerprint: &str, results: &[RecordedResult]) -> Attributes {
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
    let result = |kept: &AttributeValue| {
        let kept = kept.as_l().map(Vec::as_slice).unwrap_or_default();
        let texts: Option<Vec<&str>> = kept.iter().map(|text| text.as_s().ok().map(String::as_str)).collect();
        let (product, result, favorite) = match texts.as_deref() {
            Some([product, result]) => (product, result, None),
            Some([product, result, favorite]) => (product, result, Some(FavoriteId::parse(favorite)?)),
            _ => return Err(Error::Corrupt("a result is none".to_owned())),
        };
        Ok(RecordedResult { product_id: ProductId::parse(product)?, result: (*result).to_owned(), favorite })
    };
    let fingerprint = ItemReader(record).text(FINGERPRINT)?.to_owned();
    Ok(IdempotencyRecord { fingerprint, results: results.iter().map(result).collect::<Result<_, _>>()? })
}
