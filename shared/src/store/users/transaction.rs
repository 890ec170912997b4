use std::sync::Arc;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{TransactWriteItem, Update},
};

use super::Users;
use crate::store::{Error, attributes::Attributes};

/// Two transactions on one item cancel each other; this often one of them tries again.
const ATTEMPTS: usize = 4;

/// How a transaction went that the table took.
pub(super) enum Outcome {
    /// All of it is done.
    Done,
    /// None of it is: the condition of the write at this place did not hold.
    ConditionFailed(usize),
}

impl Users {
    /// Does all of the writes or none.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<Outcome, Error> {
        let mut attempt = 1;
        loop {
            let request = self.0.client.transact_write_items().set_transact_items(Some(writes.clone()));
            let Err(error) = request.send().await else { return Ok(Outcome::Done) };
            // A cancelled transaction says for each of its writes why.
            let reasons: Vec<&str> = match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or_default()).collect()
                }
                _ => Vec::new(),
            };
            if let Some(at) = reasons.iter().position(|reason| *reason == "ConditionalCheckFailed") {
                return Ok(Outcome::ConditionFailed(at));
            }
            let contended = reasons.contains(&"TransactionConflict");
            if contended && attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
            let throttled = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
            if reasons.iter().any(|reason| throttled.contains(reason)) {
                return Err(Error::Throttled(Arc::new(error)));
            }
            return Err(Error::from_sdk(error));
        }
    }

    pub(super) fn update(&self, key: Attributes) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(&self.0.name).set_key(Some(key))
    }
}

/// A finished update as a part of a transaction.
pub(super) fn part(update: aws_sdk_dynamodb::types::builders::UpdateBuilder) -> Result<TransactWriteItem, Error> {
    Ok(TransactWriteItem::builder().update(update.build().map_err(Error::from_build)?).build())
}
