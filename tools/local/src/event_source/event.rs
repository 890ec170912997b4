//! The event with which Lambda delivers a batch:
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>.

use serde_json::{Value, json};

use crate::sqs_client::{Message, MessageAttribute};

pub(super) fn sqs_event(batch: &[Message], queue_arn: &str) -> Value {
    json!({ "Records": batch.iter().map(|message| record(message, queue_arn)).collect::<Vec<_>>() })
}

fn record(message: &Message, queue_arn: &str) -> Value {
    let message_attributes: serde_json::Map<_, _> =
        message.message_attributes.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    let mut record = json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.attributes,
        "messageAttributes": message_attributes,
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        // arn:partition:service:region:account:resource
        "awsRegion": queue_arn.split(':').nth(3),
    });
    if let Some(md5) = &message.md5_of_message_attributes {
        record["md5OfMessageAttributes"] = md5.as_str().into();
    }
    record
}

fn attribute(attribute: &MessageAttribute) -> Value {
    let mut value = json!({ "dataType": attribute.data_type, "stringListValues": [], "binaryListValues": [] });
    if let Some(text) = &attribute.string_value {
        value["stringValue"] = text.as_str().into();
    }
    if let Some(bytes) = &attribute.binary_value {
        value["binaryValue"] = bytes.as_str().into();
    }
    value
}
