//! Lambda's side of a function: one process, and the Runtime API that gives it events and takes its answers
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>).

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{self, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use shared::clock::Clock;
use tempfile::NamedTempFile;
use tokio::{
    net::TcpListener,
    process::Command,
    sync::{Mutex as AsyncMutex, mpsc, oneshot, watch},
    time::timeout,
};

use super::{answer::Answer, document::Asked, steps::Steps};

/// What a cold start may take here. In the cloud it is ten seconds.
const START: Duration = Duration::from_secs(10);

/// A process of a function. It is killed with the value; and without its Runtime API it ends by itself, so it ends also
/// when the tests are killed.
pub(crate) struct Instance {
    api: Arc<Api>,
    events: mpsc::UnboundedSender<(String, Value)>,
    pid: Pid,
    ended: watch::Receiver<Option<ExitStatus>>,
    timeout: Duration,
    log: NamedTempFile,
}

struct Api {
    steps: Steps,
    timeout: Duration,
    events: AsyncMutex<mpsc::UnboundedReceiver<(String, Value)>>,
    asked: watch::Sender<bool>,
    waiting: Mutex<HashMap<String, oneshot::Sender<Result<Value, String>>>>,
    posted: Mutex<Vec<Value>>,
}

impl Instance {
    /// Starts a process with this environment and what Lambda adds to it, and waits until it asks for an event. An
    /// invocation may take as long as `timeout`.
    pub(crate) async fn start(
        program: &Path,
        environment: &[(String, String)],
        timeout: Duration,
        steps: &Steps,
    ) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        let (asked, waiting, posted) = (watch::Sender::new(false), Mutex::default(), Mutex::default());
        let api =
            Arc::new(Api { steps: steps.clone(), timeout, events: AsyncMutex::new(receiver), asked, waiting, posted });
        let log = NamedTempFile::new().unwrap();
        let output = || Stdio::from(fs::OpenOptions::new().append(true).open(log.path()).unwrap());
        let mut command = Command::new(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        command.env("AWS_LAMBDA_RUNTIME_API", serve(api.clone()).await);
        command.env("AWS_LAMBDA_FUNCTION_NAME", program.file_name().unwrap());
        command.env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
        command.stdin(Stdio::null()).stdout(output()).stderr(output()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let pid = Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
        let (status, ended) = watch::channel(None);
        tokio::spawn(async move { status.send_replace(Some(child.wait().await.unwrap())) });
        let instance = Self { api, events, pid, ended, timeout, log };
        instance.ready().await;
        instance
    }

    async fn ready(&self) {
        let (mut asked, mut ended) = (self.api.asked.subscribe(), self.ended.clone());
        let ready = async {
            tokio::select! {
                ready = asked.wait_for(|asked| *asked) => ready.is_ok(),
                _ = ended.wait_for(Option::is_some) => false,
            }
        };
        assert_eq!(timeout(START, ready).await, Ok(true), "the function does not start:\n{}", self.log());
    }

    /// Invokes it as API Gateway does. An answer that Lambda does not know how to pass on, an end of the process and one
    /// that takes too long are a test's failure.
    pub(crate) async fn invoke(&self, event: &Value) -> Answer {
        let answer = self.ask(event).await;
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let (asked, _sent_as_event) = Asked::note(request.map(|body| Body::from(body.to_vec()))).await;
        asked.check(&answer);
        answer
    }

    /// The same for a function that may be of another release, to which the API's document of today does not apply.
    pub(crate) async fn ask(&self, event: &Value) -> Answer {
        answer(&self.invoke_with(event).await)
    }

    /// Invokes it with an event of another kind and gives what it returns. Failures are as with [`Instance::invoke`].
    pub(crate) async fn invoke_with(&self, event: &Value) -> Value {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let id = format!("00000000-0000-4000-8000-{:012}", NEXT.fetch_add(1, Ordering::Relaxed));
        let (sender, answer) = oneshot::channel();
        self.api.waiting.lock().unwrap().insert(id.clone(), sender);
        self.events.send((id, event.clone())).unwrap();
        let mut ended = self.ended.clone();
        let outcome = async {
            tokio::select! {
                answer = answer => answer.unwrap(),
                status = ended.wait_for(Option::is_some) => Err(format!("the process ended: {:?}", *status.unwrap())),
            }
        };
        let outcome = timeout(self.timeout, outcome).await.unwrap_or_else(|_| Err("it takes too long".to_owned()));
        outcome.unwrap_or_else(|error| panic!("{error}\n{}", self.log()))
    }

    /// The answers that the process gave since the last time, whether or not anybody got them.
    pub(crate) fn take_posted(&self) -> Vec<Answer> {
        std::mem::take(&mut *self.api.posted.lock().unwrap()).iter().map(answer).collect()
    }

    /// `kill -9`. The process is gone when it is done.
    pub(crate) async fn kill(&self) {
        kill_process(self.pid, Signal::KILL).unwrap();
        timeout(START, self.ended.clone().wait_for(Option::is_some)).await.expect("it cannot be killed").unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // The number is nobody else's before the end was noticed.
        if self.ended.borrow().is_none() {
            let _gone_already = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// Serves on a port of its own and gives the address.
async fn serve(api: Arc<Api>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let invocation = Router::new()
        .route("/next", get(next))
        .route("/{id}/response", post(response))
        .route("/{id}/error", post(error))
        .with_state(api);
    let router = Router::new().nest("/2018-06-01/runtime/invocation", invocation);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    api.asked.send_replace(true);
    let event = api.events.lock().await.recv().await;
    let Some((id, event)) = event else { return std::future::pending().await };
    let deadline = Clock::system().now() + api.timeout;
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.as_millisecond().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:test".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::try_from(value).unwrap()));
    (HeaderMap::from_iter(headers), event.to_string()).into_response()
}

async fn response(State(api): State<Arc<Api>>, extract::Path(id): extract::Path<String>, body: Bytes) -> StatusCode {
    let answer: Value = serde_json::from_slice(&body).unwrap();
    api.posted.lock().unwrap().push(answer.clone());
    let Some(exchange) = api.steps.asked("Runtime API response").await else { return StatusCode::BAD_GATEWAY };
    // Noted before anybody can act on the answer.
    let answered = exchange.answered();
    api.end(&id, Ok(answer));
    if answered.await { StatusCode::ACCEPTED } else { StatusCode::BAD_GATEWAY }
}

async fn error(State(api): State<Arc<Api>>, extract::Path(id): extract::Path<String>, body: String) -> StatusCode {
    api.end(&id, Err(body));
    StatusCode::ACCEPTED
}

impl Api {
    fn end(&self, id: &str, outcome: Result<Value, String>) {
        let waiting = self.waiting.lock().unwrap().remove(id).expect("an answer to a question that nobody asked");
        let _nobody_waits_any_more = waiting.send(outcome);
    }
}

/// What API Gateway makes of it:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn answer(answer: &Value) -> Answer {
    assert_ne!(answer["isBase64Encoded"], true);
    let status = StatusCode::from_u16(answer["statusCode"].as_u64().unwrap().try_into().unwrap()).unwrap();
    let headers = answer["headers"].as_object().unwrap().iter();
    let header = |(name, value): (&String, &Value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap());
    let headers: HeaderMap = headers.map(header).collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().collect();
    Answer::checked(status, headers, answer["body"].as_str().unwrap_or_default().as_bytes())
}
