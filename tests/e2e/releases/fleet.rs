use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;
use shared::clock::Clock;
use tokio::sync::Mutex;

use crate::{
    evolution::{
        api::{Api, ApiRequest},
        peppers,
    },
    support::{
        app::TestApp, binaries, breakpoints::Breakpoints, document, dynamo::TABLE, fake_catalog::FakeCatalog,
        functions::Settings, keys::TestKeys, last_release, response::TestResponse, runtime_api::Instance,
        template::example_event,
    },
};

/// Longer than any function's timeout, because the machine may be busy.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The release that serves a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Release {
    Last,
    This,
}

/// How requests are distributed between the releases.
#[derive(Debug, Clone, Copy)]
pub(super) enum Routing {
    Always(Release),
    /// This release serves reads, the other one serves everything else.
    ReadsTo(Release),
    /// At random with a fixed seed. `inverted` swaps the releases.
    Random {
        seed: u64,
        inverted: bool,
    },
}

/// All functions of both releases, each in a process of its own, over one table, one Redis, two
/// queues and one catalogue.
pub(super) struct Fleet {
    app: TestApp,
    environment: Vec<(String, String)>,
    instances: Mutex<HashMap<(Release, String), Arc<Instance>>>,
    routing: std::sync::Mutex<Routing>,
    requests: AtomicU64,
    served: std::sync::Mutex<HashMap<(Release, String), usize>>,
}

impl Fleet {
    pub(super) async fn new(catalog: &FakeCatalog) -> Self {
        // Builds all binaries before any timeout starts.
        tokio::task::spawn_blocking(|| (binaries::build_all(), last_release::binary("health"))).await.unwrap();
        let settings = Settings { catalog: catalog.config(), peppers: peppers(), ..Settings::default() };
        let app = TestApp::with_keys(TestKeys::fixed(), settings).await;
        let environment = environment(&app);
        let routing = std::sync::Mutex::new(Routing::Always(Release::This));
        Self {
            app,
            environment,
            instances: Mutex::default(),
            routing,
            requests: AtomicU64::new(0),
            served: std::sync::Mutex::default(),
        }
    }

    /// Changes the distribution for further requests.
    pub(super) fn set_routing(&self, routing: Routing) {
        *self.routing.lock().unwrap() = routing;
        self.requests.store(0, Ordering::Relaxed);
    }

    /// The number of events that each function of a release has received.
    pub(super) fn served(&self, release: Release) -> HashMap<String, usize> {
        let served = self.served.lock().unwrap();
        served.iter().filter(|((of, _), _)| *of == release).map(|((_, name), n)| (name.clone(), *n)).collect()
    }

    async fn instance(&self, function: &str, access: Access) -> (Release, Arc<Instance>) {
        let routed = self.routing.lock().unwrap().release(access, self.requests.fetch_add(1, Ordering::Relaxed));
        // Until both releases have a new function, only this one serves it.
        let release = if last_release::has(function) { routed } else { Release::This };
        let id = (release, function.to_owned());
        *self.served.lock().unwrap().entry(id.clone()).or_default() += 1;
        let mut instances = self.instances.lock().await;
        if let Some(instance) = instances.get(&id) {
            return (release, instance.clone());
        }
        let program = match release {
            Release::Last => last_release::binary(function),
            Release::This => binaries::build_all()[function].clone(),
        };
        let instance = Arc::new(self.start(program).await);
        instances.insert(id, instance.clone());
        (release, instance)
    }

    async fn start(&self, program: PathBuf) -> Instance {
        Instance::start(&program, &self.environment, TIMEOUT, &Breakpoints::new()).await
    }
}

/// Whether a request only reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Routing {
    fn release(self, access: Access, nth: u64) -> Release {
        match self {
            Self::Always(release) => release,
            Self::ReadsTo(release) if access == Access::Read => release,
            Self::ReadsTo(release) => release.other(),
            Self::Random { seed, inverted } => {
                let is_last = random(seed.wrapping_add(nth)).is_multiple_of(2);
                if is_last == inverted { Release::This } else { Release::Last }
            }
        }
    }
}

impl Release {
    fn other(self) -> Self {
        match self {
            Self::Last => Self::This,
            Self::This => Self::Last,
        }
    }
}

/// `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>.
fn random(nth: u64) -> u64 {
    let mut z = nth.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Api for Fleet {
    async fn send(&self, request: ApiRequest) -> TestResponse {
        let path = request.path.split('?').next().unwrap();
        let function = self.app.function_for(&request.method, path);
        let access = if request.method.is_safe() { Access::Read } else { Access::Write };
        let (release, instance) = self.instance(function, access).await;
        let response = instance.invoke_unchecked(&event(&request)).await;
        if release == Release::This {
            document::RecordedRequest::new(request.method, &request.path, request.body.as_ref()).check(&response);
        }
        response
    }

    async fn trigger(&self, function: &'static str, event: Value) -> Value {
        // A worker writes. It counts as a read here, so that with `ReadsTo` its release differs
        // from the one that sent the message.
        let (_, instance) = self.instance(function, Access::Read).await;
        instance.invoke_event(&event).await
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    fn now(&self) -> Timestamp {
        Clock::system().now()
    }
}

/// The environment variables of all functions.
fn environment(app: &TestApp) -> Vec<(String, String)> {
    let settings = &app.settings;
    let (queue, refresh_queue) = (settings.queue.as_ref().unwrap(), settings.refresh_queue.as_ref().unwrap());
    let environment = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", &app.dynamo.endpoint),
        ("AWS_ENDPOINT_URL_SQS", &queue.endpoint),
        ("TABLE_NAME", TABLE),
        ("REDIS_URL", settings.redis.url.as_ref().unwrap()),
        ("AUDIT_QUEUE_URL", &queue.config().url),
        ("CATALOG_QUEUE_URL", &refresh_queue.config().url),
    ];
    let environment = environment.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    environment.chain(settings.variables(&app.keys)).collect()
}

/// Converts a request to an event, as API Gateway does:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn event(request: &ApiRequest) -> Value {
    let example = example_event("watchlist-add");
    let mut event: Value = serde_json::from_str(&example).unwrap();
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let body = request.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let headers = request.headers.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    event["headers"] = Value::Object(headers.collect());
    event["headers"]["content-length"] = body.len().to_string().into();
    event["rawPath"] = path.into();
    event["rawQueryString"] = query.into();
    event["requestContext"]["http"]["method"] = request.method.as_str().into();
    event["requestContext"]["http"]["path"] = path.into();
    event["body"] = body.into();
    event
}
