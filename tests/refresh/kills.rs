//! The real `catalog-worker`, killed (`kill -9`) at every step of its exchanges with DynamoDB, the catalogue and Lambda: the
//! message comes again, and all ends as if nothing had happened, also when a request of the dead process arrives afterwards.

use std::{path::PathBuf, sync::Arc, time::Duration};

use shared::clock::Clock;
use tokio::time::timeout;

use super::{
    failed,
    story::{Story, assert_good},
};
use crate::support::{
    app::TestApp,
    binaries, breakpoint_proxy,
    breakpoints::{Breakpoint, Breakpoints, InFlight, Phase, Run},
    dynamo::TABLE,
    functions::Settings,
    runtime_api::Instance,
    shop::Shop,
    template::template,
};

const ANSWERS: &str = "Runtime API response";
/// What changes something, and so matters when it arrives late.
const WRITES: [&str; 4] =
    ["DynamoDB PutItem", "DynamoDB TransactWriteItems", "DynamoDB UpdateItem", "DynamoDB DeleteItem"];

/// Processes on whose way to everything outside the world can be stopped.
struct Scene {
    app: TestApp,
    shop: Shop,
    breakpoints: Breakpoints,
    program: PathBuf,
    environment: Vec<(String, String)>,
    timeout: Duration,
}

/// What becomes of the request that the dead process had sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    Lost,
    BeforeTheNext,
    AfterTheNext,
}

impl Scene {
    async fn new() -> Self {
        let program = tokio::task::spawn_blocking(|| binaries::build("catalog-worker")).await.unwrap();
        let (shop, breakpoints) = (Shop::with(0).await, Breakpoints::new());
        let app = TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await;
        let queue = app.settings.refresh_queue.as_ref().unwrap();
        let dynamo = breakpoint_proxy::start("DynamoDB", &app.dynamo.endpoint, &breakpoints).await;
        let catalogue = breakpoint_proxy::start("catalogue", &shop.config().url, &breakpoints).await;
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
        Self { app, shop, breakpoints, program, environment, timeout }
    }

    async fn process(&self) -> Instance {
        Instance::start(&self.program, &self.environment, self.timeout, &self.breakpoints).await
    }

    async fn story(&self, number: usize) -> Story {
        Story::new(&self.app, &self.shop, u32::try_from(number).unwrap(), Clock::system().now()).await
    }
}

async fn kill_everywhere(phase: Phase) {
    let scene = Scene::new().await;
    let story = scene.story(0).await;
    let process = scene.process().await;
    let run = scene.breakpoints.start_run(None);
    assert_eq!(process.invoke_event(&story.event).await, failed(&[]));
    let expected = story.state(&scene.app);
    assert_good(&expected);

    let checkpoints: Vec<_> = run.checkpoints().into_iter().filter(|step| step.phase == phase).collect();
    let count = |exchange: &str| checkpoints.iter().filter(|step| step.exchange == exchange).count();
    let counts = ["catalogue GET", "DynamoDB GetItem", "DynamoDB Query", "DynamoDB BatchGetItem"].map(count);
    assert_eq!((counts, WRITES.map(count), count(ANSWERS)), ([4, 4, 4, 3], [4, 3, 1, 1], 1));
    assert_eq!(checkpoints.len(), 25, "{checkpoints:?}");

    let mut number = 0;
    for at in checkpoints {
        let is_write = phase == Phase::Request && WRITES.contains(&at.exchange.as_str());
        let lates = if is_write { &[Late::Lost, Late::BeforeTheNext, Late::AfterTheNext][..] } else { &[Late::Lost] };
        for late in lates {
            number += 1;
            let story = scene.story(number).await;
            let killed = kill(&scene, &story, Breakpoint { at: at.clone(), and: None }).await;
            if *late != Late::AfterTheNext {
                settle(&killed, if *late == Late::Lost { InFlight::Dropped } else { InFlight::Forwarded }).await;
            }
            let next = scene.process().await;
            assert_eq!(next.invoke_event(&story.event).await, failed(&[]), "{at} {late:?}");
            settle(&killed, InFlight::Forwarded).await;
            assert_eq!(story.state(&scene.app), expected, "{at} {late:?}");
        }
    }
}

/// Runs until there, and kills the process.
async fn kill(scene: &Scene, story: &Story, breakpoint: Breakpoint) -> Arc<Run> {
    let process = scene.process().await;
    let run = scene.breakpoints.start_run(Some(breakpoint));
    tokio::select! {
        () = run.paused() => {}
        report = process.invoke_event(&story.event) => assert!(run.is_paused(), "it ended before: {report}"),
    }
    process.kill().await;
    scene.breakpoints.start_run(None);
    run
}

/// Lets go of what is held, if nobody did before, until it has had its effect.
async fn settle(run: &Run, requests: InFlight) {
    if run.is_paused() {
        run.release(requests);
    }
    timeout(Duration::from_secs(10), run.drained()).await.expect("a request of a dead process does not end");
}

#[tokio::test]
async fn killed_when_it_has_asked_for_anything_it_is_finished_by_the_next_delivery() {
    kill_everywhere(Phase::Request).await;
}

#[tokio::test]
async fn killed_when_anything_was_done_for_it_it_is_finished_by_the_next_delivery() {
    kill_everywhere(Phase::Response).await;
}
