//! Transactions: all writes succeed or none.

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        ConditionCheck, Delete, Put, TransactWriteItem, Update,
        builders::{ConditionCheckBuilder, DeleteBuilder, PutBuilder, UpdateBuilder},
    },
};
use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Error, Table, attributes::Attributes, batch::back_off};

/// The number of retries after another transaction on the same item cancelled this one. They take
/// up to two seconds, which many concurrent additions to one customer can need.
const RETRIES: usize = 6;
/// The first pause between two attempts. It is doubled each time, with jitter, so that conflicting
/// transactions do not conflict again.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(300);

/// The result of a transaction that the table processed.
pub(super) enum TransactionOutcome {
    /// All writes were made.
    Committed,
    /// No write was made: the conditions of the writes at these indexes were not met.
    ConditionFailed(Vec<usize>),
}

impl Table {
    /// Makes all writes or none.
    ///
    /// # Errors
    /// [`Error::Throttled`] when other transactions conflict repeatedly or the table throttles. The
    /// table is unavailable.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<TransactionOutcome, Error> {
        let pauses = ExponentialBuilder::default().with_min_delay(FIRST_PAUSE).with_max_delay(LONGEST_PAUSE);
        let mut pauses = pauses.with_max_times(RETRIES).with_jitter().build();
        loop {
            let request = self.client.transact_write_items().set_transact_items(Some(writes.clone()));
            let Err(error) = Box::pin(request.send()).await else { return Ok(TransactionOutcome::Committed) };
            let reasons = cancellation_reasons(&error);
            let condition_failed = |(_, reason): &(usize, &&str)| **reason == "ConditionalCheckFailed";
            let failed: Vec<usize> =
                reasons.iter().enumerate().filter(condition_failed).map(|(index, _)| index).collect();
            if !failed.is_empty() {
                return Ok(TransactionOutcome::ConditionFailed(failed));
            }
            let is_contended = reasons.contains(&"TransactionConflict");
            if is_contended && let Some(pause) = pauses.next() {
                back_off(pause).await;
                continue;
            }
            let throttling = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
            if reasons.iter().any(|reason| throttling.contains(reason)) {
                return Err(Error::Throttled(Arc::new(error)));
            }
            return Err(Error::from_sdk(error));
        }
    }

    /// A put of an item that must not exist yet.
    pub(super) fn transact_put_new(&self, item: Attributes) -> Result<TransactWriteItem, Error> {
        self.transact_put(item).condition_expression("attribute_not_exists(pk)").into_write()
    }

    /// A put in a transaction.
    pub(super) fn transact_put(&self, item: Attributes) -> PutBuilder {
        Put::builder().table_name(&*self.name).set_item(Some(item))
    }

    /// An update in a transaction.
    pub(super) fn transact_update(&self, key: Attributes) -> UpdateBuilder {
        Update::builder().table_name(&*self.name).set_key(Some(key))
    }

    /// A delete in a transaction.
    pub(super) fn transact_delete(&self, key: Attributes) -> DeleteBuilder {
        Delete::builder().table_name(&*self.name).set_key(Some(key))
    }

    /// A condition that an item must meet for the transaction to succeed.
    pub(super) fn transact_check(&self, key: Attributes) -> ConditionCheckBuilder {
        ConditionCheck::builder().table_name(&*self.name).set_key(Some(key))
    }
}

/// The reason codes of a cancelled transaction, one for each of its writes. Empty for other errors.
fn cancellation_reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> Vec<&str> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or_default()).collect()
        }
        _ => Vec::new(),
    }
}

/// A builder of one write in a transaction.
pub(super) trait TransactWrite {
    /// Builds the write.
    ///
    /// # Errors
    /// A required part is missing.
    fn into_write(self) -> Result<TransactWriteItem, Error>;
}

impl TransactWrite for PutBuilder {
    fn into_write(self) -> Result<TransactWriteItem, Error> {
        Ok(TransactWriteItem::builder().put(self.build().map_err(Error::from_build)?).build())
    }
}

impl TransactWrite for UpdateBuilder {
    fn into_write(self) -> Result<TransactWriteItem, Error> {
        Ok(TransactWriteItem::builder().update(self.build().map_err(Error::from_build)?).build())
    }
}

impl TransactWrite for DeleteBuilder {
    fn into_write(self) -> Result<TransactWriteItem, Error> {
        Ok(TransactWriteItem::builder().delete(self.build().map_err(Error::from_build)?).build())
    }
}

impl TransactWrite for ConditionCheckBuilder {
    fn into_write(self) -> Result<TransactWriteItem, Error> {
        Ok(TransactWriteItem::builder().condition_check(self.build().map_err(Error::from_build)?).build())
    }
}
