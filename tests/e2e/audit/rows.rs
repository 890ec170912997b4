//! What really is in the table and in the queues.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::stack::Stack;

/// What the table holds, by kind.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) users: usize,
    /// By their ids.
    pub(crate) watchlist_items: HashSet<String>,
    /// The ids of the events that everybody's trail has.
    pub(crate) events: Vec<String>,
    /// Events that are not in the trail yet.
    pub(crate) outbox: usize,
}

impl Rows {
    pub(crate) async fn of(stack: &Stack) -> Self {
        let (mut rows, mut start) = (Self::default(), Value::Null);
        loop {
            let mut question = json!({"TableName": "watchlist", "ConsistentRead": true});
            if !start.is_null() {
                question["ExclusiveStartKey"] = start;
            }
            let mut answer = call(&stack.dynamodb_endpoint(), "DynamoDB_20120810.Scan", &question).await;
            for item in answer["Items"].as_array().unwrap() {
                rows.sort_in(item);
            }
            start = answer["LastEvaluatedKey"].take();
            if start.is_null() {
                return rows;
            }
        }
    }

    fn sort_in(&mut self, item: &Value) {
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

/// How many messages a queue has, seen and unseen.
pub(crate) async fn messages_in(stack: &Stack, queue: &str) -> u64 {
    let endpoint = format!("http://127.0.0.1:{}", stack.sqs_port());
    let counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    let question = json!({"QueueUrl": format!("{endpoint}/000000000000/{queue}"), "AttributeNames": counts});
    let answer = call(&endpoint, "AmazonSQS.GetQueueAttributes", &question).await;
    let count = |name: &str| answer["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap();
    counts.into_iter().map(count).sum()
}

/// What a signature looks like. Nothing on this machine asks whether it is right.
const SIGNED: &str =
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/any/aws4_request, SignedHeaders=host, Signature=0";

/// One call of an AWS service on this machine.
async fn call(endpoint: &str, target: &str, question: &Value) -> Value {
    let request = reqwest::Client::new().post(endpoint).header("x-amz-target", target).header("authorization", SIGNED);
    let request = request.header("x-amz-date", "20260101T000000Z");
    let request = request.header("content-type", "application/x-amz-json-1.0").body(question.to_string());
    let answer = request.send().await.unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).unwrap()
}
