//! A function's response to a batch, `ReportBatchItemFailures`:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::sqs_client::Message;

/// Returns the ids of the messages that the function reports as failed.
///
/// `null`, an empty object, and a `batchItemFailures` that is `null` or empty report no failure.
///
/// # Errors
///
/// The response is invalid and the whole batch counts as failed, so that no message is deleted by
/// mistake. That includes responses that the AWS documentation does not mention: a value that is
/// neither an object nor `null`, a `batchItemFailures` that is not a list, and an id that is not in
/// the batch.
pub(super) fn failed_message_ids(payload: &str, batch: &[Message]) -> Result<HashSet<String>> {
    let response = match serde_json::from_str(payload).context("the response is not JSON")? {
        Value::Null => return Ok(HashSet::new()),
        Value::Object(response) => response,
        other => bail!("the response is not an object: {other}"),
    };
    match response.get("batchItemFailures") {
        None | Some(Value::Null) => Ok(HashSet::new()),
        Some(Value::Array(items)) => items.iter().map(|item| message_id(item, batch)).collect(),
        Some(other) => bail!("batchItemFailures is not a list: {other}"),
    }
}

fn message_id(item: &Value, batch: &[Message]) -> Result<String> {
    let id = item.get("itemIdentifier").and_then(Value::as_str);
    let id = id.filter(|id| batch.iter().any(|message| message.message_id == *id));
    Ok(id.with_context(|| format!("{item} does not identify a message of the batch"))?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn batch() -> Vec<Message> {
        let message = |id| json!({ "MessageId": id, "ReceiptHandle": "r", "Body": "", "MD5OfBody": "" });
        serde_json::from_value(json!([message("one"), message("two")])).unwrap()
    }

    #[test]
    fn a_response_without_failures_is_a_success() {
        for payload in ["null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#, r#"{"other":1}"#]
        {
            assert!(failed_message_ids(payload, &batch()).unwrap().is_empty(), "{payload}");
        }
    }

    #[test]
    fn reported_messages_failed() {
        let payload = r#"{"batchItemFailures":[{"itemIdentifier":"two"},{"itemIdentifier":"two"}]}"#;
        assert_eq!(failed_message_ids(payload, &batch()).unwrap(), HashSet::from(["two".to_owned()]));
    }

    #[test]
    fn an_invalid_response_fails_the_whole_batch() {
        let items = [r#"{"itemIdentifier":""}"#, r#"{"itemIdentifier":null}"#, r#"{"itemIdentifier":"three"}"#];
        let items = items.into_iter().chain([r#"{"id":"one"}"#, r#""one""#, r#"["one"]"#]);
        let responses = items.map(|item| format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"one"}},{item}]}}"#));
        let others = ["", "oops{", "[]", "true", r#""ok""#, r#"{"batchItemFailures":{}}"#].map(String::from);
        for payload in responses.chain(others) {
            assert!(failed_message_ids(&payload, &batch()).is_err(), "{payload}");
        }
    }
}
