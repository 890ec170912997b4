//! Messages that are no events, among others in the audit queue of the running stack.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tokio::time::{interval, timeout};

use crate::{journey::client::Client, support::stack::Stack};

const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn of_ten_messages_three_are_poison_and_seven_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let ports = Stack::unused_ports();
    // What failed comes back soon.
    let stack = Stack::start_with(&ports, folder.path(), &[("AUDIT_VISIBILITY_SECONDS", "3")]).await;
    let client = Client::new(stack.api_port());
    let account = json!({"email": "ada@example.com", "password": PASSWORD});
    let user = client.post("/v1/auth/register", None, account.clone()).await;
    let user = user.expect(201)["id"].as_str().unwrap().to_owned();
    let tokens = client.post("/v1/auth/login", None, account).await;
    let token = tokens.expect(200)["access_token"].as_str().unwrap().to_owned();

    let good = (0..7).map(|n| item_added(&user, n));
    let newer = json!({"version": 2, "event": {}}).to_string();
    let poison = ["{ \u{fffd}\t".to_owned(), newer, "x".repeat(200 * 1024)];
    let bodies: Vec<String> = good.chain(poison).collect();
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
    // The seven are through and deleted while the three go on coming.
    until("the seven", async || added().await == 7 && waiting(&stack, "audit").await <= 3).await;
    until("the three", async || waiting(&stack, "audit-dlq").await == 3).await;
    assert_eq!((added().await, waiting(&stack, "audit").await), (7, 0));
    let refused = stack.log_lines("invalid message in the audit queue");
    for n in 7..10 {
        let times = refused.iter().filter(|line| line["message_id"] == ids[&n].as_str()).count();
        assert_eq!(times, 5, "{refused:#?}");
    }
    assert_eq!(refused.len(), 15);
    stack.interrupt().await;
}

/// The message of an event that no function has sent.
fn item_added(user: &str, n: usize) -> String {
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

/// How many messages there are, received or not.
async fn waiting(stack: &Stack, queue: &str) -> u32 {
    let answer = sqs(stack, queue, "GetQueueAttributes", json!({"AttributeNames": ["All"]})).await;
    let number = |name: &str| answer["Attributes"][name].as_str().unwrap().parse::<u32>().unwrap();
    number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesNotVisible")
}

async fn sqs(stack: &Stack, queue: &str, action: &str, mut body: Value) -> Value {
    let endpoint = format!("http://127.0.0.1:{}", stack.sqs_port());
    body["QueueUrl"] = json!(format!("{endpoint}/000000000000/{queue}"));
    let request = reqwest::Client::new().post(endpoint).header("content-type", "application/x-amz-json-1.0");
    let request = request.header("x-amz-target", format!("AmazonSQS.{action}")).body(body.to_string());
    serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        let mut again = interval(Duration::from_millis(50));
        while !is_so().await {
            again.tick().await;
        }
    };
    timeout(Duration::from_mins(1), looking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
}
