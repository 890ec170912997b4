//! What a function answers about a batch, `ReportBatchItemFailures`:
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>.

use std::collections::HashSet;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::queue::Message;

/// The ids of the messages that failed. An error fails the whole batch: an answer that nobody understands must not delete
/// anything.
///
/// Nothing, an empty object, and a list that is null or empty say that all went well. What AWS's page does not name (an
/// answer that is neither object nor null, a list that is none, an id that is not in the batch) is an error.
pub(super) fn failures(payload: &str, batch: &[Message]) -> Result<HashSet<String>> {
    let report = match serde_json::from_str(payload).context("the answer is not JSON")? {
        Value::Null => return Ok(HashSet::new()),
        Value::Object(report) => report,
        other => bail!("the answer is not an object: {other}"),
    };
    match report.get("batchItemFailures") {
        None | Some(Value::Null) => Ok(HashSet::new()),
        Some(Value::Array(items)) => items.iter().map(|item| identifier(item, batch)).collect(),
        Some(other) => bail!("batchItemFailures is not a list: {other}"),
    }
}

fn identifier(item: &Value, batch: &[Message]) -> Result<String> {
    let id = item.get("itemIdentifier").and_then(Value::as_str);
    let id = id.filter(|id| batch.iter().any(|message| message.message_id == *id));
    Ok(id.with_context(|| format!("{item} names no message of the batch"))?.to_owned())
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
    fn an_answer_without_failures_is_success() {
        for payload in ["null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#, r#"{"other":1}"#]
        {
            assert!(failures(payload, &batch()).unwrap().is_empty(), "{payload}");
        }
    }

    #[test]
    fn named_messages_failed() {
        let payload = r#"{"batchItemFailures":[{"itemIdentifier":"two"},{"itemIdentifier":"two"}]}"#;
        assert_eq!(failures(payload, &batch()).unwrap(), HashSet::from(["two".to_owned()]));
    }

    #[test]
    fn an_answer_that_cannot_be_understood_fails_the_whole_batch() {
        let items = [r#"{"itemIdentifier":""}"#, r#"{"itemIdentifier":null}"#, r#"{"itemIdentifier":"three"}"#];
        let items = items.into_iter().chain([r#"{"id":"one"}"#, r#""one""#, r#"["one"]"#]);
        let reports = items.map(|item| format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"one"}},{item}]}}"#));
        let others = ["", "oops{", "[]", "true", r#""ok""#, r#"{"batchItemFailures":{}}"#].map(String::from);
        for payload in reports.chain(others) {
            assert!(failures(&payload, &batch()).is_err(), "{payload}");
        }
    }
}
