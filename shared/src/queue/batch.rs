//! What Lambda hands to a function that a queue triggers, and what it wants to hear: the two fields that we read of
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event> and the whole of
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>.
//! `aws_lambda_events` has types for all of it, with `serde_with` behind them in each function's build.

use serde::{Deserialize, Serialize};

/// Messages that arrived together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Batch {
    /// The messages.
    #[serde(rename = "Records")]
    pub messages: Vec<Message>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// SQS's id for it.
    pub message_id: String,
    /// What was sent.
    pub body: String,
}

/// Which messages are to be delivered again; the others are deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchReport {
    batch_item_failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl FromIterator<String> for BatchReport {
    /// These messages failed, by their ids.
    fn from_iter<I: IntoIterator<Item = String>>(ids: I) -> Self {
        Self { batch_item_failures: ids.into_iter().map(|item_identifier| Failure { item_identifier }).collect() }
    }
}
