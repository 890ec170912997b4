//! All functions, built by [`shared::boot`] as in production, with the settings and clients of a
//! test.

use std::{collections::BTreeMap, time::Duration};

use axum::Router;
use data_encoding::BASE64;
use futures_util::FutureExt;
use shared::{
    boot::{Clients, Environment, FromEnvironment},
    cache::{Cache, IamAuthentication},
    config::{CatalogConfig, CatalogKind, PepperConfig, RedisConfig, RedisIamConfig, Variables},
    queue::Queue,
    random::Random,
};

use super::{dynamo::DynamoDb, keys::TestKeys, ports, redis, sqs::TestQueue, time::TestClock};

/// The settings that a test can choose.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) cors_origins: Vec<&'static str>,
    /// As in `ORIGIN_SECRETS`.
    pub(crate) origin_secrets: &'static str,
    pub(crate) peppers: PepperConfig,
    pub(crate) redis: RedisConfig,
    /// `None` to authenticate with the password in the URL of Redis, if any.
    pub(crate) iam: Option<RedisIamConfig>,
    /// Large by default, so that no test reaches a limit by accident.
    pub(crate) rate_limit_factor: f64,
    /// `None` for a new queue.
    pub(crate) queue: Option<TestQueue>,
    /// `None` for a new queue.
    pub(crate) refresh_queue: Option<TestQueue>,
    pub(crate) github_url: String,
    pub(crate) catalog: CatalogConfig,
}

impl Default for Settings {
    fn default() -> Self {
        let unused = format!("http://127.0.0.1:{}", ports::unused_port());
        Self {
            cors_origins: Vec::new(),
            origin_secrets: "",
            peppers: PepperConfig::default(),
            redis: patient(&redis::database_url()),
            iam: None,
            rate_limit_factor: 10_000.0,
            queue: None,
            refresh_queue: None,
            catalog: CatalogConfig { kind: CatalogKind::Simple, url: unused.clone() },
            github_url: unused,
        }
    }
}

impl Settings {
    /// Returns the environment variables of the functions, except those with the endpoints of
    /// clients.
    pub(crate) fn variables(&self, keys: &TestKeys) -> Vec<(String, String)> {
        let kind = match self.catalog.kind {
            CatalogKind::Luizalabs => "luizalabs",
            CatalogKind::Fakestore => "fakestore",
            CatalogKind::Simple => "simple",
        };
        let variables = [
            ("CORS_ALLOWED_ORIGINS", self.cors_origins.join(",")),
            ("ORIGIN_SECRETS", self.origin_secrets.to_owned()),
            ("PASSWORD_PEPPERS", peppers(&self.peppers)),
            ("RATE_LIMIT_FACTOR", self.rate_limit_factor.to_string()),
            ("GITHUB_API_URL", self.github_url.clone()),
            ("CATALOG_KIND", kind.to_owned()),
            ("CATALOG_URL", self.catalog.url.clone()),
            ("CATALOG_MAX_RPS", "1000".to_owned()),
        ];
        variables.into_iter().chain(keys.variables()).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn peppers(config: &PepperConfig) -> String {
    let peppers = config.peppers.iter().map(|(id, pepper)| format!("{id}:{}", BASE64.encode(pepper.expose())));
    peppers.collect::<Vec<_>>().join(",")
}

/// The configuration of a Redis with timeouts that suit a busy test machine.
pub(crate) fn patient(url: &str) -> RedisConfig {
    let long = Duration::from_secs(10);
    RedisConfig { url: Some(url.to_owned()), ca_certificate: None, connect_timeout: long, response_timeout: long }
}

/// The configuration of a Redis with the timeouts of production.
pub(crate) fn impatient(url: &str) -> RedisConfig {
    let (connect_timeout, response_timeout) = (RedisConfig::CONNECT_TIMEOUT, RedisConfig::RESPONSE_TIMEOUT);
    RedisConfig { url: Some(url.to_owned()), ca_certificate: None, connect_timeout, response_timeout }
}

/// Returns the environment of functions with these settings. All functions share it, and thus the
/// connection to Redis.
pub(crate) fn environment(dynamo: &DynamoDb, keys: &TestKeys, clock: &TestClock, settings: &Settings) -> Environment {
    let cache = match settings.iam.clone() {
        None => Cache::new(&settings.redis, Random::system()),
        Some(iam) => Cache::with_iam(&settings.redis, IamAuthentication::local(iam, clock.clock()), Random::system()),
    };
    let clients = Clients {
        table: dynamo.table(),
        cache: cache.unwrap(),
        audit_queue: queue(settings.queue.as_ref()),
        refresh_queue: queue(settings.refresh_queue.as_ref()),
    };
    let variables = settings.variables(keys).into_iter().collect::<Variables>();
    Environment::with_clients(variables, clock.clock(), clients)
}

fn queue(queue: Option<&TestQueue>) -> Queue {
    let queue = queue.unwrap();
    Queue::local(&queue.endpoint, &queue.config())
}

/// Builds a dependency. With all clients given, no dependency waits for anything.
pub(crate) fn build<D: FromEnvironment>(environment: &Environment) -> D {
    environment.build().now_or_never().expect("a dependency waits for a client").unwrap()
}

/// Builds the routers of all functions with a route, by the function's name.
pub(crate) fn routers(environment: &Environment) -> BTreeMap<&'static str, Router> {
    functions::routers(environment).now_or_never().expect("a dependency waits for a client").unwrap()
}
