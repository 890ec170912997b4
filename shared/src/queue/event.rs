//! The Lambda event of an SQS trigger and its response, a partial batch response.
//!
//! The event contains only the two fields that are used of
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>.
//! The response is described in
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>.
//! The types of `aws_lambda_events` are not used, because they add `serde_with` to the build of
//! each function.

use serde::{Deserialize, Serialize};

/// A batch of messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SqsEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub messages: Vec<SqsMessage>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsMessage {
    /// The id that SQS assigned.
    pub message_id: String,
    /// The body, as it was sent.
    pub body: String,
}

/// The messages that SQS must deliver again. It deletes the others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsBatchResponse {
    batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchItemFailure {
    item_identifier: String,
}

impl FromIterator<String> for SqsBatchResponse {
    /// Collects the ids of the messages that failed.
    fn from_iter<I: IntoIterator<Item = String>>(ids: I) -> Self {
        Self {
            batch_item_failures: ids.into_iter().map(|item_identifier| BatchItemFailure { item_identifier }).collect(),
        }
    }
}
