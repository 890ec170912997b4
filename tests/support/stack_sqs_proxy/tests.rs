use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State};
use reqwest::Client;
use tokio::net::TcpListener;

use super::{Fault, StackSqsProxy};
use crate::support::{http_client::http_client, wait};

type Bodies = Arc<Mutex<Vec<String>>>;

/// Starts a stub of SQS that records the bodies it receives.
async fn stub() -> (String, Bodies) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let bodies = Bodies::default();
    let record = async |State(bodies): State<Bodies>, body: String| {
        bodies.lock().unwrap().push(body);
        "accepted"
    };
    let router = Router::new().fallback(record).with_state(bodies.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, bodies)
}

async fn send(proxy: &StackSqsProxy, client: &Client, action: &str, body: String) -> Result<String, reqwest::Error> {
    let request = client.post(proxy.url()).header("x-amz-target", format!("AmazonSQS.{action}")).body(body);
    request.timeout(Duration::from_millis(500)).send().await?.text().await
}

#[tokio::test]
async fn three_of_ten_messages_arrive_twice_and_nothing_else_does() {
    let (upstream, bodies) = stub().await;
    let (proxy, client) = (StackSqsProxy::start(&upstream, 3), http_client());
    for n in 0..200 {
        assert_eq!(send(&proxy, &client, "SendMessage", n.to_string()).await.unwrap(), "accepted");
        assert_eq!(send(&proxy, &client, "GetQueueAttributes", format!("x{n}")).await.unwrap(), "accepted");
    }
    let traffic = proxy.traffic();
    assert_eq!(traffic.messages, 200);
    assert!((50..70).contains(&traffic.duplicated), "{traffic:?}");
    let bodies = bodies.lock().unwrap();
    assert_eq!(bodies.len(), 400 + traffic.duplicated);
    assert_eq!(bodies.iter().filter(|body| body.starts_with('x')).count(), 200);
}

#[tokio::test]
async fn refused_messages_never_arrive_and_later_ones_do() {
    let (upstream, bodies) = stub().await;
    let (proxy, client) = (StackSqsProxy::start(&upstream, 0), http_client());
    send(&proxy, &client, "SendMessage", "before".into()).await.unwrap();
    proxy.set_fault(Fault::Refuse);
    send(&proxy, &http_client(), "SendMessage", "refused".into()).await.unwrap_err();
    proxy.set_fault(Fault::None);
    send(&proxy, &client, "SendMessage", "after".into()).await.unwrap();
    assert_eq!(*bodies.lock().unwrap(), ["before", "after"]);
    assert_eq!(proxy.traffic().refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_hangs_or_loses_its_response_still_arrives() {
    let (upstream, bodies) = stub().await;
    let (proxy, client) = (StackSqsProxy::start(&upstream, 0), http_client());
    proxy.set_fault(Fault::Hang);
    assert!(send(&proxy, &client, "SendMessage", "hung".into()).await.unwrap_err().is_timeout());
    assert!(bodies.lock().unwrap().is_empty());
    proxy.set_fault(Fault::LoseResponses);
    assert!(!send(&proxy, &client, "SendMessage", "unanswered".into()).await.unwrap_err().is_timeout());
    let has_arrived = |body: &str| bodies.lock().unwrap().iter().any(|it| it == body);
    wait::until("the message that hung", || has_arrived("hung"));
    assert!(has_arrived("unanswered"));
    wait::until("the count", || proxy.traffic().unanswered == 2);
}
