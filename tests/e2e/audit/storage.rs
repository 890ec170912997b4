//! Reads the table and the queues directly.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{http_client::http_client, stack::Stack};

/// The contents of the table by kind.
#[derive(Debug, Default)]
pub(crate) struct TableContents {
    pub(crate) users: usize,
    /// Item ids.
    pub(crate) watchlist_items: HashSet<String>,
    /// The ids of the events in the administrators' trail.
    pub(crate) events: Vec<String>,
    /// The number of events in the outbox.
    pub(crate) outbox: usize,
}

impl TableContents {
    pub(crate) async fn read(stack: &Stack) -> Self {
        let (mut contents, mut start) = (Self::default(), Value::Null);
        loop {
            let mut request = json!({"TableName": "watchlist", "ConsistentRead": true});
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let mut response = call(&stack.dynamodb_endpoint(), "DynamoDB_20120810.Scan", &request).await;
            for item in response["Items"].as_array().unwrap() {
                contents.count(item);
            }
            start = response["LastEvaluatedKey"].take();
            if start.is_null() {
                return contents;
            }
        }
    }

    fn count(&mut self, item: &Value) {
        let key = |name: &str| item[name]["S"].as_str().unwrap();
        match (key("pk"), key("sk")) {
            (pk, "PROFILE") if pk.starts_with("USER#") => self.users += 1,
            (pk, sk) if pk.ends_with("#WATCHLIST") => {
                self.watchlist_items.insert(sk.strip_prefix("ITEM#").unwrap().to_owned());
            }
            (pk, _) if pk.starts_with("OUTBOX#") => self.outbox += 1,
            (pk, sk) if pk.starts_with("AUDIT#") && !item["audit_shard"].is_null() => {
                self.events.push(sk.strip_prefix("EVENT#").unwrap().to_owned());
            }
            _ => {}
        }
    }
}

/// The number of messages in a queue, visible and in flight.
pub(crate) async fn message_count(stack: &Stack, queue: &str) -> u64 {
    let endpoint = format!("http://127.0.0.1:{}", stack.sqs_port());
    let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    let request = json!({"QueueUrl": format!("{endpoint}/000000000000/{queue}"), "AttributeNames": names});
    let response = call(&endpoint, "AmazonSQS.GetQueueAttributes", &request).await;
    let count = |name: &str| response["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap();
    names.into_iter().map(count).sum()
}

/// A syntactically valid signature. The local services do not verify it.
const SIGNATURE: &str =
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=0";

/// Calls a local AWS service.
async fn call(endpoint: &str, target: &str, body: &Value) -> Value {
    let request = http_client().post(endpoint).header("x-amz-target", target);
    let request = request.header("authorization", SIGNATURE).header("x-amz-date", "20260101T000000Z");
    let request = request.header("content-type", "application/x-amz-json-1.0").body(body.to_string());
    let response = request.send().await.unwrap();
    let (status, body) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).unwrap()
}
