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
    dynamo::TABLE,
    functions::Settings,
    program,
    runtime_api::Instance,
    shop::Shop,
    step_wire,
    steps::{Fate, Run, Side, Steps, Stop},
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
    steps: Steps,
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
        let program = tokio::task::spawn_blocking(|| program::of("catalog-worker")).await.unwrap();
        let (shop, steps) = (Shop::with(0).await, Steps::new());
        let app = TestApp::with(Settings { catalog: shop.config(), ..Settings::default() }).await;
        let queue = app.settings.refresh_queue.as_ref().unwrap();
        let dynamo = step_wire::before("DynamoDB", &app.dynamo.endpoint, &steps).await;
        let catalogue = step_wire::before("catalogue", &shop.config().url, &steps).await;
        let sqs = step_wire::before("SQS", &queue.endpoint, &steps).await;
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
        Self { app, shop, steps, program, environment, timeout }
    }

    async fn process(&self) -> Instance {
        Instance::start(&self.program, &self.environment, self.timeout, &self.steps).await
    }

    async fn story(&self, number: usize) -> Story {
        Story::new(&self.app, &self.shop, u32::try_from(number).unwrap(), Clock::system().now()).await
    }
}

async fn kill_everywhere(side: Side) {
    let scene = Scene::new().await;
    let story = scene.story(0).await;
    let process = scene.process().await;
    let run = scene.steps.begin(None);
    assert_eq!(process.invoke_with(&story.event).await, failed(&[]));
    let expected = story.state(&scene.app);
    assert_good(&expected);

    let steps: Vec<_> = run.seen().into_iter().filter(|step| step.side == side).collect();
    let count = |exchange: &str| steps.iter().filter(|step| step.exchange == exchange).count();
    let counts = ["catalogue GET", "DynamoDB GetItem", "DynamoDB Query", "DynamoDB BatchGetItem"].map(count);
    assert_eq!((counts, WRITES.map(count), count(ANSWERS)), ([4, 4, 4, 3], [4, 3, 1, 1], 1));
    assert_eq!(steps.len(), 25, "{steps:?}");

    let mut number = 0;
    for at in steps {
        let is_write = side == Side::Asked && WRITES.contains(&at.exchange.as_str());
        let lates = if is_write { &[Late::Lost, Late::BeforeTheNext, Late::AfterTheNext][..] } else { &[Late::Lost] };
        for late in lates {
            number += 1;
            let story = scene.story(number).await;
            let killed = kill(&scene, &story, Stop { at: at.clone(), and: None }).await;
            if *late != Late::AfterTheNext {
                settle(&killed, if *late == Late::Lost { Fate::Lost } else { Fate::PassedOn }).await;
            }
            let next = scene.process().await;
            assert_eq!(next.invoke_with(&story.event).await, failed(&[]), "{at} {late:?}");
            settle(&killed, Fate::PassedOn).await;
            assert_eq!(story.state(&scene.app), expected, "{at} {late:?}");
        }
    }
}

/// Runs until there, and kills the process.
async fn kill(scene: &Scene, story: &Story, stop: Stop) -> Arc<Run> {
    let process = scene.process().await;
    let run = scene.steps.begin(Some(stop));
    tokio::select! {
        () = run.stopped() => {}
        report = process.invoke_with(&story.event) => assert!(run.is_stopped(), "it ended before: {report}"),
    }
    process.kill().await;
    scene.steps.begin(None);
    run
}

/// Lets go of what is held, if nobody did before, until it has had its effect.
async fn settle(run: &Run, fate: Fate) {
    if run.is_stopped() {
        run.end(fate);
    }
    timeout(Duration::from_secs(10), run.settled()).await.expect("a request of a dead process does not end");
}

#[tokio::test]
async fn killed_when_it_has_asked_for_anything_it_is_finished_by_the_next_delivery() {
    kill_everywhere(Side::Asked).await;
}

#[tokio::test]
async fn killed_when_anything_was_done_for_it_it_is_finished_by_the_next_delivery() {
    kill_everywhere(Side::Answered).await;
}
