//! What is kept of requests with an idempotency key, in the transaction that does what they ask for: a try that died anywhere
//! has either done both or nothing (docs/adr/0013-idempotency-record-in-one-transaction.md).

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, n, primary_key},
    keys::{self, EXPIRES_AT},
    transaction::TransactWrite,
};
use crate::domain::{IdempotencyKey, UserId};

/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

impl Table {
    /// A put of the record, as a part of a transaction; its condition fails while an earlier request's is kept. The
    /// attributes are what the answer is made from again, and what tells whether another request asks for the same.
    pub(super) fn put_idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
        attributes: Attributes,
    ) -> Result<TransactWriteItem, Error> {
        let expires_at = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        let mut record = attributes;
        record.extend(record_key(user, key));
        record.insert(EXPIRES_AT.to_owned(), n(seconds(expires_at)));
        self.transact_put(record)
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", n(seconds(now)))
            .into_write()
    }

    /// The record of an earlier request with this key, if it is still kept.
    pub(super) async fn idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Attributes>, Error> {
        let Some(record) = self.get(record_key(user, key)).await? else { return Ok(None) };
        let is_kept = ItemReader(&record).seconds(EXPIRES_AT)? > now;
        Ok(Some(record).filter(|_| is_kept))
    }
}

fn seconds(instant: Timestamp) -> u64 {
    u64::try_from(instant.as_second()).unwrap_or_default()
}

fn record_key(user: UserId, key: &IdempotencyKey) -> Attributes {
    primary_key(keys::requests(user), keys::request(key))
}
