//! Support for the tests of triggers: a real SQS, and stubs of functions.

use std::{
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};

use crate::{
    event_source::LogSink,
    invoke::LambdaFunction,
    sqs,
    sqs_client::{Queue, SqsClient},
    wait,
};

/// Polls until `condition` is true. Panics after 12 s.
pub(crate) async fn eventually(what: &str, condition: impl AsyncFnMut() -> bool) {
    assert!(wait::until(Duration::from_secs(12), condition).await, "timed out waiting for {what}");
}

/// Creates a queue and its dead-letter queue, on one ministack that all tests share.
pub(crate) async fn create_queues(visibility_seconds: u32) -> (Queue, Queue) {
    static SERVER: OnceLock<(u16, Child)> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (port, _) = SERVER.get_or_init(start_ministack);
    eventually("ministack", async || TcpStream::connect(("127.0.0.1", *port)).is_ok()).await;
    let client = SqsClient::new(format!("http://127.0.0.1:{port}"));
    let name = format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let queue = sqs::create_queues(&client, &name, visibility_seconds).await.unwrap();
    (queue, client.create_queue(&sqs::dead_letter_queue(&name)).await.unwrap())
}

/// Starts ministack so that it ends with this process, even after `kill -9`. A shell waits for the
/// end of its standard input, which the kernel closes, and then kills ministack.
fn start_ministack() -> (u16, Child) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#""$0" >/dev/null & pid=$!; cat >/dev/null; kill -9 $pid"#]);
    shell.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/bin/ministack"));
    shell.envs(sqs::ENVIRONMENT).env("GATEWAY_PORT", port.to_string()).env("DOCKER_HOST", "unix:///nowhere");
    let shell = shell.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    (port, shell)
}

/// Sends messages with one message attribute and returns their ids.
pub(crate) async fn send(queue: &Queue, bodies: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for bodies in bodies.chunks(10) {
        let entry = |(id, body): (usize, &&str)| {
            let kind = json!({ "DataType": "String", "StringValue": "test" });
            json!({ "Id": id.to_string(), "MessageBody": body, "MessageAttributes": { "kind": kind } })
        };
        let entries: Vec<_> = bodies.iter().enumerate().map(entry).collect();
        let sent = queue.call("SendMessageBatch", json!({ "Entries": entries }), Duration::from_secs(5)).await.unwrap();
        let sent = sent["Successful"].as_array().unwrap();
        ids.extend(sent.iter().map(|entry| entry["MessageId"].as_str().unwrap().to_owned()));
    }
    ids
}

#[derive(Debug, PartialEq)]
pub(crate) struct MessageCounts {
    /// Messages that can be received.
    pub(crate) visible: u32,
    /// Messages that were received and not deleted.
    pub(crate) in_flight: u32,
}

/// Reads both counts with one call. Between two calls, a message could become visible again and be
/// in neither count.
pub(crate) async fn counts(queue: &Queue) -> MessageCounts {
    let body = json!({ "AttributeNames": ["All"] });
    let response = queue.call("GetQueueAttributes", body, Duration::from_secs(5)).await.unwrap();
    let number = |name: &str| response["Attributes"][name].as_str().unwrap().parse().unwrap();
    MessageCounts {
        visible: number("ApproximateNumberOfMessages"),
        in_flight: number("ApproximateNumberOfMessagesNotVisible"),
    }
}

/// The response of a [`StubFunction`] to an event.
pub(crate) enum Reply {
    /// The function returns this payload.
    Payload(String),
    /// The function returns an error in Lambda's format.
    FunctionError(String),
    /// Lambda's API responds with this status.
    Status(u16),
    /// There is no response, as when the process was killed.
    Silence,
}

/// The response of a function that reports these messages as failed.
pub(crate) fn report_failed<'a>(ids: impl IntoIterator<Item = &'a String>) -> Reply {
    let items: Vec<_> = ids.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
    Reply::Payload(json!({ "batchItemFailures": items }).to_string())
}

/// Chooses the reply from the event and the number of events before it.
type Responder = Box<dyn Fn(&Value, usize) -> Reply + Send + Sync>;

/// Lambda's API with one function, `worker`, which records its events.
pub(crate) struct StubFunction {
    inner: Arc<Inner>,
    api: String,
}

struct Inner {
    events: Mutex<Vec<Value>>,
    responder: Responder,
}

impl StubFunction {
    pub(crate) async fn start(responder: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static) -> Self {
        let inner = Arc::new(Inner { events: Mutex::default(), responder: Box::new(responder) });
        let route = post(async |State(inner): State<Arc<Inner>>, Path(name): Path<String>, body: String| {
            assert_eq!(name, "worker");
            inner.invoke(&body).await
        });
        let router = Router::new().route("/2015-03-31/functions/{name}/invocations", route).with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, api }
    }

    pub(crate) fn function(&self, timeout: Duration) -> LambdaFunction {
        LambdaFunction::new(&self.api, "worker", timeout)
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.inner.events.lock().unwrap().clone()
    }
}

impl Inner {
    async fn invoke(&self, body: &str) -> Response {
        let event: Value = serde_json::from_str(body).unwrap();
        let reply = {
            let mut events = self.events.lock().unwrap();
            let reply = (self.responder)(&event, events.len());
            events.push(event);
            reply
        };
        match reply {
            Reply::Payload(payload) => payload.into_response(),
            Reply::FunctionError(payload) => ([("x-amz-function-error", "Unhandled")], payload).into_response(),
            Reply::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// The ids of the messages in an event.
pub(crate) fn message_ids(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

/// Collects logged lines.
#[derive(Clone, Default)]
pub(crate) struct LoggedLines(Arc<Mutex<Vec<String>>>);

impl LoggedLines {
    pub(crate) fn sink(&self) -> LogSink {
        let lines = self.0.clone();
        Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()))
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
