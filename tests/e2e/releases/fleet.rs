use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use data_encoding::BASE64;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::clock::Clock;
use tokio::sync::Mutex;

use crate::{
    evolution::{
        api::{Api, Asked},
        peppers,
    },
    support::{
        answer::Answer,
        app::TestApp,
        document,
        dynamo::TABLE,
        functions::Settings,
        keys::{AUDIENCE, ISSUER, TestKeys},
        program, released,
        runtime_api::Instance,
        shop::Shop,
        steps::Steps,
        template::project_file,
    },
};

/// More than any function has; the machine may be busy.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whose function gets a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Release {
    Last,
    This,
}

/// How that is decided.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pick {
    Always(Release),
    /// One reads, the other one does everything else.
    Reading(Release),
    /// At random, in every run the same; and the other way round.
    Random {
        seed: u64,
        turned: bool,
    },
}

/// All functions of both releases, each in a process of its own, over one table, one Redis, two queues and one catalogue.
pub(super) struct Fleet {
    app: TestApp,
    environment: Vec<(String, String)>,
    instances: Mutex<HashMap<(Release, String), Arc<Instance>>>,
    pick: std::sync::Mutex<Pick>,
    asked: AtomicU64,
    served: std::sync::Mutex<HashMap<(Release, String), usize>>,
}

impl Fleet {
    pub(super) async fn new(shop: &Shop) -> Self {
        // Built before anything waits.
        tokio::task::spawn_blocking(|| (program::all(), released::program_of("health"))).await.unwrap();
        let settings = Settings { catalog: shop.config(), peppers: peppers(), ..Settings::default() };
        let app = TestApp::with_keys(TestKeys::fixed(), settings).await;
        let environment = environment(&app);
        let pick = std::sync::Mutex::new(Pick::Always(Release::This));
        Self {
            app,
            environment,
            instances: Mutex::default(),
            pick,
            asked: AtomicU64::new(0),
            served: std::sync::Mutex::default(),
        }
    }

    /// From now on.
    pub(super) fn pick(&self, pick: Pick) {
        *self.pick.lock().unwrap() = pick;
        self.asked.store(0, Ordering::Relaxed);
    }

    /// How many events each function of a release has been given.
    pub(super) fn served(&self, release: Release) -> HashMap<String, usize> {
        let served = self.served.lock().unwrap();
        served.iter().filter(|((of, _), _)| *of == release).map(|((_, name), n)| (name.clone(), *n)).collect()
    }

    async fn instance(&self, function: &str, reads: bool) -> (Release, Arc<Instance>) {
        let release = self.pick.lock().unwrap().of(reads, self.asked.fetch_add(1, Ordering::Relaxed));
        let id = (release, function.to_owned());
        *self.served.lock().unwrap().entry(id.clone()).or_default() += 1;
        let mut instances = self.instances.lock().await;
        if let Some(instance) = instances.get(&id) {
            return (release, instance.clone());
        }
        let program = match release {
            Release::Last => released::program_of(function),
            Release::This => program::all()[function].clone(),
        };
        let instance = Arc::new(self.start(program).await);
        instances.insert(id, instance.clone());
        (release, instance)
    }

    async fn start(&self, program: PathBuf) -> Instance {
        Instance::start(&program, &self.environment, TIMEOUT, &Steps::new()).await
    }
}

impl Pick {
    fn of(self, reads: bool, nth: u64) -> Release {
        match self {
            Self::Always(release) => release,
            Self::Reading(release) if reads => release,
            Self::Reading(release) => release.other(),
            Self::Random { seed, turned } => {
                let last = spread(seed.wrapping_add(nth)).is_multiple_of(2);
                if last == turned { Release::This } else { Release::Last }
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
fn spread(nth: u64) -> u64 {
    let mut z = nth.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Api for Fleet {
    async fn send(&self, asked: Asked) -> Answer {
        let path = asked.path.split('?').next().unwrap();
        let function = self.app.function_for(&asked.method, path);
        let (release, instance) = self.instance(function, asked.method.is_safe()).await;
        let answer = instance.ask(&event(&asked)).await;
        if release == Release::This {
            document::Asked::at(asked.method, &asked.path, asked.body.as_ref()).check(&answer);
        }
        answer
    }

    async fn trigger(&self, function: &'static str, event: Value) -> Value {
        // What a worker does is no reading, but its release must not always be that of whoever gave it its work.
        let (_, instance) = self.instance(function, true).await;
        instance.invoke_with(&event).await
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    fn now(&self) -> Timestamp {
        Clock::system().now()
    }
}

/// Everything that any function wants to know.
fn environment(app: &TestApp) -> Vec<(String, String)> {
    let key = app.keys.verification().public_keys.remove(0);
    let keys = json!({"keys": [{"kty": key.kty, "crv": key.crv, "kid": key.kid, "x": key.x}]});
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
        ("RATE_LIMIT_FACTOR", "10000"),
        ("AUDIT_QUEUE_URL", &queue.config().url),
        ("CATALOG_QUEUE_URL", &refresh_queue.config().url),
        ("CATALOG_KIND", "simple"),
        ("CATALOG_URL", &settings.catalog.url),
        ("CATALOG_MAX_RPS", "1000"),
        ("JWT_ISSUER", ISSUER),
        ("JWT_AUDIENCE", AUDIENCE),
        ("JWT_PRIVATE_KEY", &BASE64.encode(&app.keys.private_key)),
        ("JWT_PUBLIC_KEYS", &keys.to_string()),
        ("CURSOR_KEY", &BASE64.encode(&app.keys.cursor_key)),
        ("PASSWORD_PEPPERS", &pepper(settings)),
    ];
    environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn pepper(settings: &Settings) -> String {
    let peppers = settings.peppers.peppers.iter();
    let peppers: Vec<String> = peppers.map(|(id, key)| format!("{id}:{}", BASE64.encode(key.expose()))).collect();
    peppers.join(",")
}

/// What API Gateway makes of a request:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn event(asked: &Asked) -> Value {
    let example = std::fs::read_to_string(project_file("infra/events/watchlist-add.json")).unwrap();
    let mut event: Value = serde_json::from_str(&example).unwrap();
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let body = asked.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let headers = asked.headers.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    event["headers"] = Value::Object(headers.collect());
    event["headers"]["content-length"] = body.len().to_string().into();
    event["rawPath"] = path.into();
    event["rawQueryString"] = query.into();
    event["requestContext"]["http"]["method"] = asked.method.as_str().into();
    event["requestContext"]["http"]["path"] = path.into();
    event["body"] = body.into();
    event
}
