use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Put, TransactWriteItem, Update},
};

use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Error, Table, attributes::Attributes, batch::back_off};

/// Two transactions on one item cancel each other; this often one of them tries again: within two seconds, which many who add
/// to one customer at once may need.
const RETRIES: usize = 6;
/// Doubled each time, and up to as much again at random, so that those who met do not meet again.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(300);

/// How a transaction went that the table took.
pub(super) enum Outcome {
    /// All of it is done.
    Done,
    /// None of it is: the conditions of the writes at these places did not hold.
    ConditionFailed(Vec<usize>),
}

impl Table {
    /// Does all of the writes or none.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Outcome, Error> {
        let pauses = ExponentialBuilder::default().with_min_delay(FIRST_PAUSE).with_max_delay(LONGEST_PAUSE);
        let mut pauses = pauses.with_max_times(RETRIES).with_jitter().build();
        loop {
            let request = self.client.transact_write_items().set_transact_items(Some(writes.clone()));
            let Err(error) = Box::pin(request.send()).await else { return Ok(Outcome::Done) };
            // A cancelled transaction says for each of its writes why.
            let reasons: Vec<&str> = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or_default()).collect()
                }
                _ => Vec::new(),
            };
            let failed = |(at, reason): (usize, &&str)| (*reason == "ConditionalCheckFailed").then_some(at);
            let failed: Vec<usize> = reasons.iter().enumerate().filter_map(failed).collect();
            if !failed.is_empty() {
                return Ok(Outcome::ConditionFailed(failed));
            }
            let contended = reasons.contains(&"TransactionConflict");
            if contended && let Some(pause) = pauses.next() {
                back_off(pause).await;
                continue;
            }
            let throttled = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
            if reasons.iter().any(|reason| throttled.contains(reason)) {
                return Err(Error::Throttled(Arc::new(error)));
            }
            return Err(Error::from_sdk(error));
        }
    }

    /// A put of an item that must not be there yet, as a part of a transaction.
    pub(super) fn put_new(&self, item: Attributes) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.name).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk)").build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// An update as a part of a transaction, to be finished with [`part`].
    pub(super) fn update_part(&self, key: Attributes) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.name).set_key(Some(key))
    }
}

/// A finished update as a part of a transaction.
pub(super) fn part(update: aws_sdk_dynamodb::types::builders::UpdateBuilder) -> Result<TransactWriteItem, Error> {
    Ok(TransactWriteItem::builder().update(update.build().map_err(Error::from_build)?).build())
}
