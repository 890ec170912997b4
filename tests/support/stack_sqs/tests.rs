use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State};
use reqwest::Client;
use tokio::net::TcpListener;

use super::{Fault, StackSqs};
use crate::support::redis::wait_for;

type Bodies = Arc<Mutex<Vec<String>>>;

/// A stand-in for SQS that notes what it is sent.
async fn stub() -> (String, Bodies) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let bodies = Bodies::default();
    let note = async |State(bodies): State<Bodies>, body: String| {
        bodies.lock().unwrap().push(body);
        "taken"
    };
    let router = Router::new().fallback(note).with_state(bodies.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, bodies)
}

async fn send(wire: &StackSqs, client: &Client, action: &str, body: String) -> Result<String, reqwest::Error> {
    let request = client.post(wire.url()).header("x-amz-target", format!("AmazonSQS.{action}")).body(body);
    request.timeout(Duration::from_millis(500)).send().await?.text().await
}

#[tokio::test]
async fn three_of_ten_messages_arrive_twice_and_nothing_else_does() {
    let (behind, bodies) = stub().await;
    let (wire, client) = (StackSqs::before(&behind, 3), Client::new());
    for n in 0..200 {
        assert_eq!(send(&wire, &client, "SendMessage", n.to_string()).await.unwrap(), "taken");
        assert_eq!(send(&wire, &client, "GetQueueAttributes", format!("x{n}")).await.unwrap(), "taken");
    }
    let crossed = wire.crossed();
    assert_eq!(crossed.messages, 200);
    assert!((50..70).contains(&crossed.doubled), "{crossed:?}");
    let bodies = bodies.lock().unwrap();
    assert_eq!(bodies.len(), 400 + crossed.doubled);
    assert_eq!(bodies.iter().filter(|body| body.starts_with('x')).count(), 200);
}

#[tokio::test]
async fn what_is_refused_never_arrives_and_afterwards_all_is_well() {
    let (behind, bodies) = stub().await;
    let (wire, client) = (StackSqs::before(&behind, 0), Client::new());
    send(&wire, &client, "SendMessage", "before".into()).await.unwrap();
    wire.set_fault(Fault::Refuse);
    send(&wire, &Client::new(), "SendMessage", "refused".into()).await.unwrap_err();
    wire.set_fault(Fault::None);
    send(&wire, &client, "SendMessage", "after".into()).await.unwrap();
    assert_eq!(*bodies.lock().unwrap(), ["before", "after"]);
    assert_eq!(wire.crossed().refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_arrives_later_and_a_lost_answer_leaves_the_message() {
    let (behind, bodies) = stub().await;
    let (wire, client) = (StackSqs::before(&behind, 0), Client::new());
    wire.set_fault(Fault::Hang);
    assert!(send(&wire, &client, "SendMessage", "hung".into()).await.unwrap_err().is_timeout());
    assert!(bodies.lock().unwrap().is_empty());
    wire.set_fault(Fault::LoseAnswers);
    assert!(!send(&wire, &client, "SendMessage", "unanswered".into()).await.unwrap_err().is_timeout());
    let arrived = |body: &str| bodies.lock().unwrap().iter().any(|it| it == body);
    wait_for("what was held back", || arrived("hung"));
    assert!(arrived("unanswered"));
    wait_for("the count", || wire.crossed().unanswered == 2);
}
