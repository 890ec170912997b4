//! A function's process and the Runtime API that it polls for events
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

use super::{breakpoints::Breakpoints, document::RecordedRequest, response::TestResponse};

/// The limit for a cold start. Lambda's limit for the init phase is also 10 s.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A process of a function. Dropping the value kills it. It also ends when its Runtime API is gone,
/// so it does not outlive tests that are killed.
pub(crate) struct Instance {
    api: Arc<RuntimeApi>,
    events: mpsc::UnboundedSender<Invocation>,
    pid: Pid,
    exit: watch::Receiver<Option<ExitStatus>>,
    timeout: Duration,
    log: NamedTempFile,
}

struct RuntimeApi {
    breakpoints: Breakpoints,
    timeout: Duration,
    invocations: AsyncMutex<mpsc::UnboundedReceiver<Invocation>>,
    has_polled: watch::Sender<bool>,
    /// The callers that wait for a result, by request id.
    callers: Mutex<HashMap<String, oneshot::Sender<Result<Value, String>>>>,
    responses: Mutex<Vec<Value>>,
}

struct Invocation {
    request_id: String,
    event: Value,
}

impl Instance {
    /// Starts a process with `environment` and the variables that Lambda adds, and waits until it
    /// polls for an event. An invocation may take as long as `timeout`.
    pub(crate) async fn start(
        program: &Path,
        environment: &[(String, String)],
        timeout: Duration,
        breakpoints: &Breakpoints,
    ) -> Self {
        let (events, invocations) = mpsc::unbounded_channel();
        let api = Arc::new(RuntimeApi {
            breakpoints: breakpoints.clone(),
            timeout,
            invocations: AsyncMutex::new(invocations),
            has_polled: watch::Sender::new(false),
            callers: Mutex::default(),
            responses: Mutex::default(),
        });
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
        let (status, exit) = watch::channel(None);
        tokio::spawn(async move { status.send_replace(Some(child.wait().await.unwrap())) });
        let instance = Self { api, events, pid, exit, timeout, log };
        instance.wait_until_ready().await;
        instance
    }

    async fn wait_until_ready(&self) {
        let (mut has_polled, mut exit) = (self.api.has_polled.subscribe(), self.exit.clone());
        let ready = async {
            tokio::select! {
                ready = has_polled.wait_for(|has_polled| *has_polled) => ready.is_ok(),
                _ = exit.wait_for(Option::is_some) => false,
            }
        };
        assert_eq!(timeout(START_TIMEOUT, ready).await, Ok(true), "the function does not start:\n{}", self.log());
    }

    /// Invokes the function as API Gateway does and checks the response against the API's document.
    /// The test fails when the response is invalid, the process ends, or the invocation times out.
    pub(crate) async fn invoke(&self, event: &Value) -> TestResponse {
        let response = self.invoke_unchecked(event).await;
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let (request, _sent_as_event) = RecordedRequest::record(request.map(|body| Body::from(body.to_vec()))).await;
        request.check(&response);
        response
    }

    /// Like [`Instance::invoke`], without the check against the API's document: the function may
    /// belong to another release.
    pub(crate) async fn invoke_unchecked(&self, event: &Value) -> TestResponse {
        to_response(&self.invoke_event(event).await)
    }

    /// Invokes the function with any kind of event and returns its result. Fails like
    /// [`Instance::invoke`].
    pub(crate) async fn invoke_event(&self, event: &Value) -> Value {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let request_id = format!("00000000-0000-4000-8000-{:012}", NEXT.fetch_add(1, Ordering::Relaxed));
        let (caller, result) = oneshot::channel();
        self.api.callers.lock().unwrap().insert(request_id.clone(), caller);
        self.events.send(Invocation { request_id, event: event.clone() }).unwrap();
        let mut exit = self.exit.clone();
        let result = async {
            tokio::select! {
                result = result => result.unwrap(),
                status = exit.wait_for(Option::is_some) => Err(format!("the process ended: {:?}", *status.unwrap())),
            }
        };
        let result = timeout(self.timeout, result).await.unwrap_or_else(|_| Err("the function timed out".to_owned()));
        result.unwrap_or_else(|error| panic!("{error}\n{}", self.log()))
    }

    /// Returns the responses that the process has posted since the last call, including those that
    /// reached no caller.
    pub(crate) fn take_responses(&self) -> Vec<TestResponse> {
        std::mem::take(&mut *self.api.responses.lock().unwrap()).iter().map(to_response).collect()
    }

    /// Kills the process (`kill -9`) and waits until it is gone.
    pub(crate) async fn kill(&self) {
        kill_process(self.pid, Signal::KILL).unwrap();
        timeout(START_TIMEOUT, self.exit.clone().wait_for(Option::is_some)).await.expect("cannot kill it").unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // The process id is not reused before the exit was noticed.
        if self.exit.borrow().is_none() {
            let _already_gone = kill_process(self.pid, Signal::KILL);
        }
    }
}

/// Serves the Runtime API on an unused port and returns its address.
async fn serve(api: Arc<RuntimeApi>) -> String {
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

async fn next(State(api): State<Arc<RuntimeApi>>) -> Response {
    api.has_polled.send_replace(true);
    let invocation = api.invocations.lock().await.recv().await;
    let Some(Invocation { request_id, event }) = invocation else { return std::future::pending().await };
    let deadline = Clock::system().now() + api.timeout;
    let headers = [
        ("lambda-runtime-aws-request-id", request_id),
        ("lambda-runtime-deadline-ms", deadline.as_millisecond().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:test".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    let headers = headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::try_from(value).unwrap()));
    (HeaderMap::from_iter(headers), event.to_string()).into_response()
}

async fn response(
    State(api): State<Arc<RuntimeApi>>,
    extract::Path(request_id): extract::Path<String>,
    body: Bytes,
) -> StatusCode {
    let result: Value = serde_json::from_slice(&body).unwrap();
    api.responses.lock().unwrap().push(result.clone());
    let exchange = api.breakpoints.request_arrived("Runtime API response").await;
    let Some(exchange) = exchange else { return StatusCode::BAD_GATEWAY };
    // Recorded before the caller can act on the result.
    let acknowledged = exchange.response_arrived();
    api.complete(&request_id, Ok(result));
    if acknowledged.await { StatusCode::ACCEPTED } else { StatusCode::BAD_GATEWAY }
}

async fn error(
    State(api): State<Arc<RuntimeApi>>,
    extract::Path(request_id): extract::Path<String>,
    body: String,
) -> StatusCode {
    api.complete(&request_id, Err(body));
    StatusCode::ACCEPTED
}

impl RuntimeApi {
    fn complete(&self, request_id: &str, result: Result<Value, String>) {
        let caller = self.callers.lock().unwrap().remove(request_id).expect("a response to an unknown request");
        let _caller_may_be_gone = caller.send(result);
    }
}

/// Converts a function's result to an HTTP response, as API Gateway does:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn to_response(result: &Value) -> TestResponse {
    assert_ne!(result["isBase64Encoded"], true);
    let status = StatusCode::from_u16(result["statusCode"].as_u64().unwrap().try_into().unwrap()).unwrap();
    let headers = result["headers"].as_object().unwrap().iter();
    let header = |(name, value): (&String, &Value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap());
    let headers: HeaderMap = headers.map(header).collect::<Vec<(HeaderName, HeaderValue)>>().into_iter().collect();
    TestResponse::checked(status, headers, result["body"].as_str().unwrap_or_default().as_bytes())
}
