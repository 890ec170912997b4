//! Invalid messages among valid ones in the audit queue of the running stack.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{
    journey::client::Client,
    support::{http_client::http_client, stack::Stack},
};

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn three_invalid_messages_of_ten_move_to_the_dead_letter_queue_and_seven_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Stack::unused_ports();
    // Failed messages are redelivered after 3 s.
    let stack = Stack::start_with(&ports, folder.path(), &[("AUDIT_VISIBILITY_SECONDS", "3")]).await;
    let client = Client::local(stack.api_port());
    let account = json!({"email": "ada@example.com", "password": PASSWORD});
    let user = client.post("/v1/auth/register", None, account.clone()).await;
    let user = user.expect(201)["id"].as_str().unwrap().to_owned();
    let tokens = client.post("/v1/auth/login", None, account).await;
    let token = tokens.expect(200)["access_token"].as_str().unwrap().to_owned();

    let valid = (0..7).map(|n| item_added_message(&user, n));
    let unknown_version = json!({"version": 2, "event": {}}).to_string();
    let invalid = ["{ \u{fffd}\t".to_owned(), unknown_version, "x".repeat(200 * 1024)];
    let bodies: Vec<String> = valid.chain(invalid).collect();
    let entries: Vec<_> =
        bodies.iter().enumerate().map(|(id, body)| json!({"Id": id.to_string(), "MessageBody": body})).collect();
    let sent = sqs(&stack, "audit", "SendMessageBatch", json!({ "Entries": entries })).await;
    let ids: BTreeMap<usize, String> = sent["Successful"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["Id"].as_str().unwrap().parse().unwrap(), entry["MessageId"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(ids.len(), 10, "{sent}");

    let added = async || {
        let trail = client.get("/v1/auth/audit?action=watchlist.item_added&limit=100", Some(&token)).await;
        trail.expect(200)["events"].as_array().unwrap().len()
    };
    // The valid messages are stored and deleted while the invalid ones are redelivered.
    poll_until("the valid messages", async || added().await == 7 && message_count(&stack, "audit").await <= 3).await;
    poll_until("the invalid messages", async || message_count(&stack, "audit-dlq").await == 3).await;
    assert_eq!((added().await, message_count(&stack, "audit").await), (7, 0));
    let rejected = stack.log_lines("invalid message in the audit queue");
    for n in 7..10 {
        let times = rejected.iter().filter(|line| line["message_id"] == ids[&n].as_str()).count();
        assert_eq!(times, 5, "{rejected:#?}");
    }
    assert_eq!(rejected.len(), 15);
    stack.interrupt().await;
}

/// A valid audit message.
fn item_added_message(user: &str, n: usize) -> String {
    let id = format!("01a1fd6e-c123-76b1-a814-75{n:010}");
    let event = json!({
        "id": id,
        "at": "2026-11-21T09:00:00.000Z",
        "action": "watchlist.item_added",
        "outcome": "success",
        "actor": {"id": user},
        "target": {"type": "item", "id": id},
        "changes": {"title": format!("Title {n}"), "type": "movie"},
        "request_id": format!("request-{n}"),
    });
    json!({"version": 1, "event": event}).to_string()
}

/// The number of messages in a queue, visible and in flight.
async fn message_count(stack: &Stack, queue: &str) -> u32 {
    let response = sqs(stack, queue, "GetQueueAttributes", json!({"AttributeNames": ["All"]})).await;
    let number = |name: &str| response["Attributes"][name].as_str().unwrap().parse::<u32>().unwrap();
    number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesNotVisible")
}

async fn sqs(stack: &Stack, queue: &str, action: &str, mut body: Value) -> Value {
    let endpoint = format!("http://127.0.0.1:{}", stack.sqs_port());
    body["QueueUrl"] = json!(format!("{endpoint}/000000000000/{queue}"));
    let request = http_client().post(endpoint).header("content-type", "application/x-amz-json-1.0");
    let request = request.header("x-amz-target", format!("AmazonSQS.{action}")).body(body.to_string());
    serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
}

async fn poll_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let polling = async {
        let mut tick = interval(Duration::from_millis(50));
        while !condition().await {
            tick.tick().await;
        }
    };
    timeout(Duration::from_mins(1), polling).await.unwrap_or_else(|_| panic!("timed out waiting for {what}"));
}
