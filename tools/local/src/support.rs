//! What the tests of triggers share: a real SQS, and functions that do what a test says.

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
    event_source::Say,
    invoke::Function,
    queue::{Queue, Sqs},
    sqs, wait,
};

/// Polls until it is so.
pub(crate) async fn eventually(what: &str, question: impl AsyncFnMut() -> bool) {
    assert!(wait::until(Duration::from_secs(12), question).await, "still waiting for {what}");
}

/// A queue and its dead-letter queue that no other test uses, on one ministack for the whole run.
pub(crate) async fn queues(visibility_seconds: u32) -> (Queue, Queue) {
    static SERVER: OnceLock<(u16, Child)> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (port, _) = SERVER.get_or_init(ministack);
    eventually("ministack", async || TcpStream::connect(("127.0.0.1", *port)).is_ok()).await;
    let sqs = Sqs::at(format!("http://127.0.0.1:{port}"));
    let name = format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let queue = sqs::create_queues(&sqs, &name, visibility_seconds).await.unwrap();
    (queue, sqs.queue(&sqs::dead_letters(&name)).await.unwrap())
}

/// It ends with this process, however that ends: a shell waits for the end of its standard input, which the kernel
/// closes, and then kills it.
fn ministack() -> (u16, Child) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut shell = Command::new("sh");
    shell.args(["-c", r#""$0" >/dev/null & pid=$!; cat >/dev/null; kill -9 $pid"#]);
    shell.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/bin/ministack"));
    shell.envs(sqs::ENVIRONMENT).env("GATEWAY_PORT", port.to_string()).env("DOCKER_HOST", "unix:///nowhere");
    let shell = shell.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    (port, shell)
}

/// Sends messages with an attribute, and returns their ids.
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

/// How many messages can be received, and how many have been and not been deleted. In one call: between two, a message
/// that comes back would be in neither number.
pub(crate) async fn counts(queue: &Queue) -> (u32, u32) {
    let question = json!({ "AttributeNames": ["All"] });
    let answer = queue.call("GetQueueAttributes", question, Duration::from_secs(5)).await.unwrap();
    let number = |name: &str| answer["Attributes"][name].as_str().unwrap().parse().unwrap();
    (number("ApproximateNumberOfMessages"), number("ApproximateNumberOfMessagesNotVisible"))
}

/// What a stub does with an event.
pub(crate) enum Reply {
    /// The function returned this.
    Payload(String),
    /// The function returned an error, as Lambda says so.
    FunctionError(String),
    /// Lambda's API answers by itself.
    Status(u16),
    /// Never an answer, as when the process was killed.
    Silence,
}

/// The function reports these messages.
pub(crate) fn failed<'a>(ids: impl IntoIterator<Item = &'a String>) -> Reply {
    let items: Vec<_> = ids.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
    Reply::Payload(json!({ "batchItemFailures": items }).to_string())
}

type Answer = Box<dyn Fn(&Value, usize) -> Reply + Send + Sync>;

/// Lambda's API with one function, which keeps each event and answers what the test says, given the event and how many
/// came before it.
pub(crate) struct StubFunction {
    inner: Arc<Inner>,
    api: String,
}

struct Inner {
    events: Mutex<Vec<Value>>,
    answer: Answer,
}

impl StubFunction {
    pub(crate) async fn start(answer: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static) -> Self {
        let inner = Arc::new(Inner { events: Mutex::default(), answer: Box::new(answer) });
        let route = post(async |State(inner): State<Arc<Inner>>, Path(name): Path<String>, body: String| {
            assert_eq!(name, "worker");
            inner.invoked(&body).await
        });
        let router = Router::new().route("/2015-03-31/functions/{name}/invocations", route).with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, api }
    }

    pub(crate) fn function(&self, timeout: Duration) -> Function {
        Function::new(&self.api, "worker", timeout)
    }

    pub(crate) fn events(&self) -> Vec<Value> {
        self.inner.events.lock().unwrap().clone()
    }
}

impl Inner {
    async fn invoked(&self, body: &str) -> Response {
        let event: Value = serde_json::from_str(body).unwrap();
        let answer = {
            let mut events = self.events.lock().unwrap();
            let answer = (self.answer)(&event, events.len());
            events.push(event);
            answer
        };
        match answer {
            Reply::Payload(payload) => payload.into_response(),
            Reply::FunctionError(payload) => ([("x-amz-function-error", "Unhandled")], payload).into_response(),
            Reply::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Reply::Silence => std::future::pending().await,
        }
    }
}

/// The messages that an event holds.
pub(crate) fn ids(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

/// What was said at the terminal.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    pub(crate) fn say(&self) -> Say {
        let said = self.0.clone();
        Arc::new(move |line: &str| said.lock().unwrap().push(line.to_owned()))
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
