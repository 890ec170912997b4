//! Tests with a real SQS and a stub of the function. Except for the visibility timeout, queues have
//! the settings of the stack.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::EventSourceMapping;
use crate::{
    sqs_client::{Queue, SqsClient},
    test_support::{
        LoggedLines, MessageCounts, Reply, StubFunction, counts, create_queues, eventually, message_ids, report_failed,
        send,
    },
};

struct RunningMapping {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    log: LoggedLines,
}

/// Starts a mapping with the stack's settings, but without a batching window and with a function
/// timeout of 30 s. `change` may modify the settings.
fn run(queue: &Queue, stub: &StubFunction, change: impl FnOnce(&mut EventSourceMapping)) -> RunningMapping {
    let log = LoggedLines::default();
    let (stop, stopping) = watch::channel(false);
    let mut mapping = EventSourceMapping {
        queue: queue.clone(),
        function: stub.function(Duration::from_secs(30)),
        batch_size: 10,
        maximum_batching_window: Duration::ZERO,
        maximum_concurrency: 2,
        log: log.sink(),
    };
    change(&mut mapping);
    RunningMapping { stop, task: tokio::spawn(mapping.run(stopping)), log }
}

fn success() -> Reply {
    report_failed([])
}

async fn wait_until_empty(queue: &Queue) {
    let empty = MessageCounts { visible: 0, in_flight: 0 };
    eventually("an empty queue", async || counts(queue).await == empty).await;
}

fn receive_counts(events: &[Value], id: &String) -> Vec<String> {
    let records = events.iter().flat_map(|event| event["Records"].as_array().unwrap());
    let of_message = records.filter(|record| record["messageId"] == **id);
    of_message.map(|record| record["attributes"]["ApproximateReceiveCount"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ten_messages_are_delivered_in_one_event_and_deleted() {
    let (queue, _) = create_queues(30).await;
    let sent = send(&queue, &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]).await;
    let stub = StubFunction::start(|_, _| Reply::Payload("null".into())).await;
    let running = run(&queue, &stub, |_| {});
    wait_until_empty(&queue).await;

    let events = stub.events();
    assert_eq!(events.len(), 1);
    assert_eq!(message_ids(&events[0]), sent);
    let record = &events[0]["Records"][0];
    let attribute = |name: &str| record["attributes"][name].as_str().unwrap();
    let expected = json!({
        "messageId": sent[0],
        "receiptHandle": record["receiptHandle"].as_str().unwrap(),
        "body": "a",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": attribute("SentTimestamp"),
            "SenderId": "000000000000",
            "ApproximateFirstReceiveTimestamp": attribute("ApproximateFirstReceiveTimestamp"),
        },
        "messageAttributes": {
            "kind": { "stringValue": "test", "stringListValues": [], "binaryListValues": [], "dataType": "String" },
        },
        "md5OfBody": "0cc175b9c0f1b6a831c399e269772661",
        "md5OfMessageAttributes": record["md5OfMessageAttributes"].as_str().unwrap(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.attribute("QueueArn").await.unwrap(),
        "awsRegion": "us-east-1",
    });
    assert_eq!(*record, expected);
    assert!(running.log.lines().is_empty(), "{:?}", running.log.lines());
}

#[tokio::test]
async fn messages_that_arrive_within_the_batching_window_form_one_batch() {
    let (queue, _) = create_queues(30).await;
    let mut sent = send(&queue, &["first"]).await;
    let stub = StubFunction::start(|_, _| success()).await;
    let _running = run(&queue, &stub, |mapping| mapping.maximum_batching_window = Duration::from_secs(3));
    eventually("the first to be received", async || counts(&queue).await == MessageCounts { visible: 0, in_flight: 1 })
        .await;
    sent.extend(send(&queue, &["second"]).await);
    wait_until_empty(&queue).await;
    assert_eq!(stub.events().iter().map(message_ids).collect::<Vec<_>>(), [sent]);
}

#[tokio::test]
async fn a_full_batch_does_not_wait_for_the_window() {
    let (queue, _) = create_queues(30).await;
    send(&queue, &["one", "two"]).await;
    let stub = StubFunction::start(|_, _| success()).await;
    let started = Instant::now();
    let _running = run(&queue, &stub, |mapping| {
        mapping.batch_size = 2;
        mapping.maximum_batching_window = Duration::from_mins(1);
    });
    wait_until_empty(&queue).await;
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn only_messages_that_the_function_reports_are_redelivered() {
    let (queue, _) = create_queues(1).await;
    let sent = send(&queue, &["a", "b", "c"]).await;
    let bad = sent[1].clone();
    let stub =
        StubFunction::start(move |_, number| if number == 0 { report_failed([&bad]) } else { report_failed([]) }).await;
    let _running = run(&queue, &stub, |_| {});
    wait_until_empty(&queue).await;
    let events = stub.events();
    assert_eq!(events.iter().map(message_ids).collect::<Vec<_>>(), [sent.clone(), vec![sent[1].clone()]]);
    assert_eq!(receive_counts(&events, &sent[1]), ["1", "2"]);
}

#[tokio::test]
async fn a_message_that_always_fails_moves_to_the_dead_letter_queue_after_five_deliveries() {
    let (queue, dead_letters) = create_queues(1).await;
    let sent = send(&queue, &["good", "poison"]).await;
    let poison = sent[1].clone();
    let stub =
        StubFunction::start(move |event, _| report_failed(message_ids(event).iter().filter(|id| **id == poison))).await;
    let _running = run(&queue, &stub, |_| {});
    eventually("a dead letter", async || counts(&dead_letters).await == MessageCounts { visible: 1, in_flight: 0 })
        .await;

    assert_eq!(receive_counts(&stub.events(), &sent[1]), ["1", "2", "3", "4", "5"]);
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1"]);
    let dead = dead_letters.receive(10, Duration::ZERO).await.unwrap();
    assert_eq!(dead.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["poison"]);
    assert_eq!(counts(&queue).await, MessageCounts { visible: 0, in_flight: 0 });
}

/// Asserts that this error makes the whole batch be redelivered, and that it is logged.
async fn assert_fails_the_whole_batch(error: fn() -> Reply) {
    let (queue, _) = create_queues(1).await;
    let sent = send(&queue, &["a", "b", "c"]).await;
    let stub = StubFunction::start(move |_, number| if number == 0 { error() } else { success() }).await;
    let running = run(&queue, &stub, |_| {});
    wait_until_empty(&queue).await;
    for id in &sent {
        assert_eq!(receive_counts(&stub.events(), id), ["1", "2"]);
    }
    assert_eq!(running.log.lines().len(), 1, "{:?}", running.log.lines());
}

#[tokio::test]
async fn a_function_error_in_lambdas_format_fails_the_whole_batch() {
    // The status is 200, because the invocation itself succeeded.
    assert_fails_the_whole_batch(|| Reply::FunctionError(r#"{"batchItemFailures":[]}"#.into())).await;
}

#[tokio::test]
async fn a_function_error_in_cargo_lambdas_format_fails_the_whole_batch() {
    assert_fails_the_whole_batch(|| Reply::Status(500)).await;
}

#[tokio::test]
async fn a_response_with_an_unknown_message_id_fails_the_whole_batch() {
    assert_fails_the_whole_batch(|| report_failed([&"unknown".to_owned()])).await;
}

#[tokio::test]
async fn a_batch_whose_invocation_times_out_is_redelivered() {
    let (queue, _) = create_queues(1).await;
    let sent = send(&queue, &["a"]).await;
    let stub = StubFunction::start(|_, number| if number < 2 { Reply::Silence } else { success() }).await;
    let running = run(&queue, &stub, |mapping| mapping.function = stub.function(Duration::from_millis(300)));
    wait_until_empty(&queue).await;
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1", "2", "3"]);
    assert_eq!(running.log.lines().len(), 1, "the error is logged more than once: {:?}", running.log.lines());
}

#[tokio::test]
async fn no_more_batches_are_received_than_the_maximum_concurrency() {
    let (queue, _) = create_queues(30).await;
    let sent = send(&queue, &["hangs", "hangs", "waits"]).await;
    let stub = StubFunction::start(|_, number| if number < 2 { Reply::Silence } else { success() }).await;
    let _running = run(&queue, &stub, |mapping| {
        mapping.batch_size = 1;
        mapping.function = stub.function(Duration::from_secs(2));
    });
    eventually("two batches", async || stub.events().len() == 2).await;
    assert_eq!(counts(&queue).await, MessageCounts { visible: 1, in_flight: 2 });
    // The third batch follows when the first two have timed out.
    eventually("the third", async || counts(&queue).await == MessageCounts { visible: 0, in_flight: 2 }).await;
    assert_eq!(message_ids(&stub.events()[2]), sent[2..]);
}

#[tokio::test]
async fn a_batch_is_retried_until_its_function_exists_and_the_error_is_logged_once() {
    let (queue, _) = create_queues(30).await;
    let sent = send(&queue, &["a"]).await;
    let stub = StubFunction::start(|_, number| if number < 3 { Reply::Status(404) } else { success() }).await;
    let running = run(&queue, &stub, |_| {});
    wait_until_empty(&queue).await;
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1"; 4], "received once, invoked four times");
    assert_eq!(running.log.lines(), ["SQS -> worker: cannot invoke the function, retrying: function not found"]);
}

#[tokio::test]
async fn failed_sqs_requests_are_retried_and_the_error_is_logged_once() {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = attempts.clone();
    let respond = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(axum::http::StatusCode::SERVICE_UNAVAILABLE)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(respond)).await });

    let stub = StubFunction::start(|_, _| success()).await;
    let queue = Queue { client: SqsClient::new(endpoint), url: "queue".into() };
    let running = run(&queue, &stub, |_| {});
    eventually("the fourth attempt", async || attempts.load(Ordering::SeqCst) >= 4).await;
    assert_eq!(running.log.lines().len(), 1, "{:?}", running.log.lines());
}

#[tokio::test]
async fn stopping_does_not_wait_for_the_function_or_for_sqs() {
    for bodies in [&["hangs"][..], &[]] {
        let (queue, _) = create_queues(30).await;
        send(&queue, bodies).await;
        let stub = StubFunction::start(|_, _| Reply::Silence).await;
        let running = run(&queue, &stub, |_| {});
        eventually("the function to hang", async || stub.events().len() == bodies.len()).await;
        let stopped_at = Instant::now();
        running.stop.send_replace(true);
        running.task.await.unwrap();
        assert!(stopped_at.elapsed() < Duration::from_millis(500), "{:?}", stopped_at.elapsed());
    }
}
