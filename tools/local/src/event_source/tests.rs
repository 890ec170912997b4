//! Against a real SQS; the function is a stub, for it is what the mapping knows nothing about. Queues are made with the
//! stack's own settings but for the visibility timeout.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::EventSourceMapping;
use crate::{
    queue::{Queue, Sqs},
    support::{Reply, Said, StubFunction, counts, eventually, failed, ids, queues, send},
};

struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    said: Said,
}

/// Starts a mapping as the stack has it but without a window, with a function timeout that no test runs into unless it
/// says so.
fn run(queue: &Queue, stub: &StubFunction, change: impl FnOnce(&mut EventSourceMapping)) -> Running {
    let said = Said::default();
    let (stop, stopping) = watch::channel(false);
    let mut mapping = EventSourceMapping {
        queue: queue.clone(),
        function: stub.function(Duration::from_secs(30)),
        batch_size: 10,
        maximum_batching_window: Duration::ZERO,
        maximum_concurrency: 2,
        say: said.say(),
    };
    change(&mut mapping);
    Running { stop, task: tokio::spawn(mapping.run(stopping)), said }
}

fn succeeded() -> Reply {
    failed([])
}

async fn emptied(queue: &Queue) {
    eventually("an empty queue", async || counts(queue).await == (0, 0)).await;
}

fn receive_counts(events: &[Value], id: &String) -> Vec<String> {
    let records = events.iter().flat_map(|event| event["Records"].as_array().unwrap());
    let of_message = records.filter(|record| record["messageId"] == **id);
    of_message.map(|record| record["attributes"]["ApproximateReceiveCount"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn ten_messages_arrive_as_one_event_of_lambda_and_are_deleted() {
    let (queue, _) = queues(30).await;
    let sent = send(&queue, &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]).await;
    let stub = StubFunction::start(|_, _| Reply::Payload("null".into())).await;
    let running = run(&queue, &stub, |_| {});
    emptied(&queue).await;

    let events = stub.events();
    assert_eq!(events.len(), 1);
    assert_eq!(ids(&events[0]), sent);
    let record = &events[0]["Records"][0];
    let given = |name: &str| record["attributes"][name].as_str().unwrap();
    let expected = json!({
        "messageId": sent[0],
        "receiptHandle": record["receiptHandle"].as_str().unwrap(),
        "body": "a",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": given("SentTimestamp"),
            "SenderId": "000000000000",
            "ApproximateFirstReceiveTimestamp": given("ApproximateFirstReceiveTimestamp"),
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
    assert!(running.said.lines().is_empty(), "{:?}", running.said.lines());
}

#[tokio::test]
async fn what_arrives_within_the_window_makes_one_batch() {
    let (queue, _) = queues(30).await;
    let mut sent = send(&queue, &["first"]).await;
    let stub = StubFunction::start(|_, _| succeeded()).await;
    let _running = run(&queue, &stub, |mapping| mapping.maximum_batching_window = Duration::from_secs(3));
    eventually("the first to be received", async || counts(&queue).await == (0, 1)).await;
    sent.extend(send(&queue, &["second"]).await);
    emptied(&queue).await;
    assert_eq!(stub.events().iter().map(ids).collect::<Vec<_>>(), [sent]);
}

#[tokio::test]
async fn a_full_batch_does_not_wait_for_the_window() {
    let (queue, _) = queues(30).await;
    send(&queue, &["one", "two"]).await;
    let stub = StubFunction::start(|_, _| succeeded()).await;
    let started = Instant::now();
    let _running = run(&queue, &stub, |mapping| {
        mapping.batch_size = 2;
        mapping.maximum_batching_window = Duration::from_mins(1);
    });
    emptied(&queue).await;
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn messages_that_the_function_reports_come_back_and_only_they() {
    let (queue, _) = queues(1).await;
    let sent = send(&queue, &["a", "b", "c"]).await;
    let bad = sent[1].clone();
    let stub = StubFunction::start(move |_, number| if number == 0 { failed([&bad]) } else { failed([]) }).await;
    let _running = run(&queue, &stub, |_| {});
    emptied(&queue).await;
    let events = stub.events();
    assert_eq!(events.iter().map(ids).collect::<Vec<_>>(), [sent.clone(), vec![sent[1].clone()]]);
    assert_eq!(receive_counts(&events, &sent[1]), ["1", "2"]);
}

#[tokio::test]
async fn after_five_receives_a_poison_message_is_in_the_dead_letter_queue() {
    let (queue, dead_letters) = queues(1).await;
    let sent = send(&queue, &["good", "poison"]).await;
    let poison = sent[1].clone();
    let stub = StubFunction::start(move |event, _| failed(ids(event).iter().filter(|id| **id == poison))).await;
    let _running = run(&queue, &stub, |_| {});
    eventually("a dead letter", async || counts(&dead_letters).await == (1, 0)).await;

    assert_eq!(receive_counts(&stub.events(), &sent[1]), ["1", "2", "3", "4", "5"]);
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1"]);
    let dead = dead_letters.receive(10, Duration::ZERO).await.unwrap();
    assert_eq!(dead.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["poison"]);
    assert_eq!(counts(&queue).await, (0, 0));
}

/// Whatever the function's error looks like, all of the batch comes back, and it is said.
async fn fails_the_whole_batch(error: fn() -> Reply) {
    let (queue, _) = queues(1).await;
    let sent = send(&queue, &["a", "b", "c"]).await;
    let stub = StubFunction::start(move |_, number| if number == 0 { error() } else { succeeded() }).await;
    let running = run(&queue, &stub, |_| {});
    emptied(&queue).await;
    for id in &sent {
        assert_eq!(receive_counts(&stub.events(), id), ["1", "2"]);
    }
    assert_eq!(running.said.lines().len(), 1, "{:?}", running.said.lines());
}

#[tokio::test]
async fn an_error_of_the_function_fails_the_whole_batch_as_lambda_says_it() {
    // With status 200: the invocation happened.
    fails_the_whole_batch(|| Reply::FunctionError(r#"{"batchItemFailures":[]}"#.into())).await;
}

#[tokio::test]
async fn an_error_of_the_function_fails_the_whole_batch_as_cargo_lambda_says_it() {
    fails_the_whole_batch(|| Reply::Status(500)).await;
}

#[tokio::test]
async fn an_answer_that_names_no_message_of_the_batch_fails_the_whole_batch() {
    fails_the_whole_batch(|| failed([&"somebody else".to_owned()])).await;
}

#[tokio::test]
async fn a_function_that_never_answers_is_given_up_and_its_batch_comes_back() {
    let (queue, _) = queues(1).await;
    let sent = send(&queue, &["a"]).await;
    let stub = StubFunction::start(|_, number| if number < 2 { Reply::Silence } else { succeeded() }).await;
    let running = run(&queue, &stub, |mapping| mapping.function = stub.function(Duration::from_millis(300)));
    emptied(&queue).await;
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1", "2", "3"]);
    assert_eq!(running.said.lines().len(), 1, "the same trouble is said once: {:?}", running.said.lines());
}

#[tokio::test]
async fn as_many_batches_run_at_once_as_the_concurrency_allows_and_no_more_are_received() {
    let (queue, _) = queues(30).await;
    let sent = send(&queue, &["hangs", "hangs", "waits"]).await;
    let stub = StubFunction::start(|_, number| if number < 2 { Reply::Silence } else { succeeded() }).await;
    let _running = run(&queue, &stub, |mapping| {
        mapping.batch_size = 1;
        mapping.function = stub.function(Duration::from_secs(2));
    });
    eventually("two batches", async || stub.events().len() == 2).await;
    assert_eq!(counts(&queue).await, (1, 2));
    // Once the first two are given up, the third has its turn.
    eventually("the third", async || counts(&queue).await == (0, 2)).await;
    assert_eq!(ids(&stub.events()[2]), sent[2..]);
}

#[tokio::test]
async fn a_function_that_is_not_there_yet_gets_the_same_batch_when_it_is_and_that_is_said_once() {
    let (queue, _) = queues(30).await;
    let sent = send(&queue, &["a"]).await;
    let stub = StubFunction::start(|_, number| if number < 3 { Reply::Status(404) } else { succeeded() }).await;
    let running = run(&queue, &stub, |_| {});
    emptied(&queue).await;
    assert_eq!(receive_counts(&stub.events(), &sent[0]), ["1"; 4], "received once, invoked four times");
    assert_eq!(running.said.lines(), ["SQS -> worker: cannot invoke it, trying again: there is no such function"]);
}

#[tokio::test]
async fn an_sqs_that_fails_is_asked_again_and_that_is_said_once() {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = attempts.clone();
    let answer = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(axum::http::StatusCode::SERVICE_UNAVAILABLE)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });

    let stub = StubFunction::start(|_, _| succeeded()).await;
    let queue = Queue { sqs: Sqs::at(endpoint), url: "queue".into() };
    let running = run(&queue, &stub, |_| {});
    eventually("the fourth attempt", async || attempts.load(Ordering::SeqCst) >= 4).await;
    assert_eq!(running.said.lines().len(), 1, "{:?}", running.said.lines());
}

#[tokio::test]
async fn stopping_does_not_wait_for_the_function_nor_for_sqs() {
    for bodies in [&["hangs"][..], &[]] {
        let (queue, _) = queues(30).await;
        send(&queue, bodies).await;
        let stub = StubFunction::start(|_, _| Reply::Silence).await;
        let running = run(&queue, &stub, |_| {});
        eventually("the function to hang", async || stub.events().len() == bodies.len()).await;
        let asked = Instant::now();
        running.stop.send_replace(true);
        running.task.await.unwrap();
        assert!(asked.elapsed() < Duration::from_millis(500), "{:?}", asked.elapsed());
    }
}
