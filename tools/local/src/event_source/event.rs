//! The event in which a function receives a batch:
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>.

use serde_json::{Value, json};

use crate::queue::{Message, MessageAttribute};

pub(super) fn of(batch: &[Message], arn: &str) -> Value {
    json!({ "Records": batch.iter().map(|message| record(message, arn)).collect::<Vec<_>>() })
}

fn record(message: &Message, arn: &str) -> Value {
    let attribute = |(name, value): (&String, &MessageAttribute)| (name.clone(), attribute(value));
    let mut record = json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.attributes,
        "messageAttributes": message.message_attributes.iter().map(attribute).collect::<serde_json::Map<_, _>>(),
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        // arn:partition:service:region:account:resource
        "awsRegion": arn.split(':').nth(3),
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
