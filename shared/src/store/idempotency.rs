//! Idempotency records: results of requests with an `Idempotency-Key`.
//!
//! A record is written in the same transaction as the effect of its request, so an interrupted
//! request has written both or neither (docs/adr/0013-idempotency-record-in-one-transaction.md).

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{SignedDuration, Timestamp};

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, n, primary_key},
    keys::{self, EXPIRES_AT},
    transaction::TransactWrite,
};
use crate::domain::{IdempotencyKey, UserId};

/// The lifetime of a record.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl Table {
    /// A put of a record, as a write of a transaction. It fails while an earlier record of the key
    /// has not expired.
    ///
    /// `attributes` hold what a replayed request needs: the response, and the content of the
    /// request for comparison.
    pub(super) fn put_idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
        attributes: Attributes,
    ) -> Result<TransactWriteItem, Error> {
        let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        let mut record = attributes;
        record.extend(record_key(user, key));
        record.insert(EXPIRES_AT.to_owned(), n(seconds(expires_at)));
        self.transact_put(record)
            .condition_expression("attribute_not_exists(pk) OR expires_at <= :now")
            .expression_attribute_values(":now", n(seconds(now)))
            .into_write()
    }

    /// Reads the record of a key. Returns `None` when there is none or it has expired.
    pub(super) async fn idempotency_record(
        &self,
        user: UserId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Attributes>, Error> {
        let Some(record) = self.get(record_key(user, key)).await? else { return Ok(None) };
        let is_live = ItemReader(&record).seconds(EXPIRES_AT)? > now;
        Ok(Some(record).filter(|_| is_live))
    }
}

fn seconds(instant: Timestamp) -> u64 {
    u64::try_from(instant.as_second()).unwrap_or_default()
}

fn record_key(user: UserId, key: &IdempotencyKey) -> Attributes {
    primary_key(keys::requests(user), keys::request(key))
}
