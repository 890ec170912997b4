//! The real `catalog-worker`, killed (`kill -9`) at every step of its exchanges with DynamoDB, the
//! catalogue and Lambda. The message is retried, and the result is the same as without a crash,
//! even when a request of the dead process arrives later.

use std::{path::PathBuf, sync::Arc, time::Duration};

use shared::clock::Clock;
use tokio::time::timeout;

use super::{
    failed,
    refresh_case::{RefreshCase, assert_complete},
};
use crate::support::{
    app::TestApp,
    binaries, breakpoint_proxy,
    breakpoints::{Breakpoint, Breakpoints, InFlight, Phase, Run},
    dynamo::TABLE,
    fake_catalog::FakeCatalog,
    functions::Settings,
    runtime_api::Instance,
    template::template,
};

const LAMBDA_RESPONSES: &str = "Runtime API response";
/// The requests with an effect, which matters when they arrive fate.
const WRITES: [&str; 4] =
    ["DynamoDB PutItem", "DynamoDB TransactWriteItems", "DynamoDB UpdateItem", "DynamoDB DeleteItem"];

/// A worker process with a breakpoint in front of each of its dependencies.
struct WorkerHarness {
    app: TestApp,
    catalog: FakeCatalog,
    breakpoints: Breakpoints,
    program: PathBuf,
    environment: Vec<(String, String)>,
    timeout: Duration,
}

/// The fate of the request that was in flight when the process was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InFlightRequest {
    Lost,
    BeforeRetry,
    AfterRetry,
}

impl WorkerHarness {
    async fn new() -> Self {
        let program = tokio::task::spawn_blocking(|| binaries::build("catalog-worker")).await.unwrap();
        let (catalog, breakpoints) = (FakeCatalog::with_products(0).await, Breakpoints::new());
        let app = TestApp::with(Settings { catalog: catalog.config(), ..Settings::default() }).await;
        let queue = app.settings.refresh_queue.as_ref().unwrap();
        let dynamo = breakpoint_proxy::start("DynamoDB", &app.dynamo.endpoint, &breakpoints).await;
        let catalogue = breakpoint_proxy::start("catalogue", &catalog.config().url, &breakpoints).await;
        let sqs = breakpoint_proxy::start("SQS", &queue.endpoint, &breakpoints).await;
        let environment = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamo),
            ("AWS_ENDPOINT_URL_SQS", &sqs),
            ("TABLE_NAME", TABLE),
            ("CATALOG_KIND", "simple"),
            ("CATALOG_URL", &catalogue),
            ("CATALOG_MAX_RPS", "1000"),
            ("CATALOG_QUEUE_URL", &queue.through(sqs.clone()).config().url),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let worker = &template()["Resources"]["CatalogWorkerFunction"]["Properties"];
        let timeout = Duration::from_secs(worker["Timeout"].as_u64().unwrap());
        Self { app, catalog, breakpoints, program, environment, timeout }
    }

    async fn process(&self) -> Instance {
        Instance::start(&self.program, &self.environment, self.timeout, &self.breakpoints).await
    }

    async fn case(&self, number: usize) -> RefreshCase {
        RefreshCase::new(&self.app, &self.catalog, u32::try_from(number).unwrap(), Clock::system().now()).await
    }
}

async fn kill_everywhere(phase: Phase) {
    let harness = WorkerHarness::new().await;
    let case = harness.case(0).await;
    let process = harness.process().await;
    let run = harness.breakpoints.start_run(None);
    assert_eq!(process.invoke_event(&case.event).await, failed(&[]));
    let expected = case.state(&harness.app);
    assert_complete(&expected);

    let checkpoints: Vec<_> = run.checkpoints().into_iter().filter(|step| step.phase == phase).collect();
    let count = |exchange: &str| checkpoints.iter().filter(|step| step.exchange == exchange).count();
    let counts = ["catalogue GET", "DynamoDB GetItem", "DynamoDB Query", "DynamoDB BatchGetItem"].map(count);
    assert_eq!((counts, WRITES.map(count), count(LAMBDA_RESPONSES)), ([4, 4, 4, 3], [4, 3, 1, 1], 1));
    assert_eq!(checkpoints.len(), 25, "{checkpoints:?}");

    let mut number = 0;
    for at in checkpoints {
        let is_write = phase == Phase::Request && WRITES.contains(&at.exchange.as_str());
        let fates = if is_write {
            &[InFlightRequest::Lost, InFlightRequest::BeforeRetry, InFlightRequest::AfterRetry][..]
        } else {
            &[InFlightRequest::Lost]
        };
        for fate in fates {
            number += 1;
            let case = harness.case(number).await;
            let killed = kill(&harness, &case, Breakpoint { at: at.clone(), and: None }).await;
            if *fate != InFlightRequest::AfterRetry {
                settle(&killed, if *fate == InFlightRequest::Lost { InFlight::Dropped } else { InFlight::Forwarded })
                    .await;
            }
            let next = harness.process().await;
            assert_eq!(next.invoke_event(&case.event).await, failed(&[]), "{at} {fate:?}");
            settle(&killed, InFlight::Forwarded).await;
            assert_eq!(case.state(&harness.app), expected, "{at} {fate:?}");
        }
    }
}

/// Runs to the breakpoint and kills the process.
async fn kill(harness: &WorkerHarness, case: &RefreshCase, breakpoint: Breakpoint) -> Arc<Run> {
    let process = harness.process().await;
    let run = harness.breakpoints.start_run(Some(breakpoint));
    tokio::select! {
        () = run.paused() => {}
        report = process.invoke_event(&case.event) => assert!(run.is_paused(), "it ended before the breakpoint: {report}"),
    }
    process.kill().await;
    harness.breakpoints.start_run(None);
    run
}

/// Releases the paused request and waits for its effect.
async fn settle(run: &Run, requests: InFlight) {
    if run.is_paused() {
        run.release(requests);
    }
    timeout(Duration::from_secs(10), run.drained()).await.expect("a request of a dead process does not end");
}

#[tokio::test]
async fn a_crash_after_any_request_is_completed_by_the_next_delivery() {
    kill_everywhere(Phase::Request).await;
}

#[tokio::test]
async fn a_crash_before_any_response_is_completed_by_the_next_delivery() {
    kill_everywhere(Phase::Response).await;
}
