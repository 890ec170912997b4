use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use tokio::sync::OnceCell;

use crate::{
    audit::Audit,
    auth::{BadPrivateKey, BadPublicKey},
    cache::Cache,
    clock::Clock,
    config::{ConfigError, QueueConfig, RedisConfig, TableConfig, Variables},
    domain,
    queue::Queue,
    random::Random,
    services::catalog::RefreshQueue,
    store::{Outbox, Table},
};

/// What the parts of a function are built from.
pub struct Environment {
    pub(super) variables: Variables,
    pub(super) clock: Clock,
    pub(super) random: Random,
    sdk: OnceCell<SdkConfig>,
    table: OnceCell<Table>,
    cache: OnceCell<Cache>,
    queue: OnceCell<Queue>,
    refresh_queue: OnceCell<RefreshQueue>,
    audit: OnceCell<Audit>,
}

/// A part that can be built from the environment.
pub trait FromEnvironment: Sized {
    /// Builds it.
    fn from_environment(environment: &Environment) -> impl Future<Output = Result<Self, Error>> + Send;
}

/// Why a function does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable is missing or makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The private key cannot be used.
    #[error(transparent)]
    PrivateKey(#[from] BadPrivateKey),
    /// A public key cannot be used.
    #[error(transparent)]
    PublicKey(#[from] BadPublicKey),
    /// A client cannot be built.
    #[error(transparent)]
    Client(#[from] domain::Error),
}

impl Environment {
    pub(super) fn new(variables: Variables) -> Self {
        Self {
            variables,
            clock: Clock::system(),
            random: Random::system(),
            sdk: OnceCell::new(),
            table: OnceCell::new(),
            cache: OnceCell::new(),
            queue: OnceCell::new(),
            refresh_queue: OnceCell::new(),
            audit: OnceCell::new(),
        }
    }

    /// Region, credentials and endpoints, looked for once.
    pub(super) async fn sdk(&self) -> &SdkConfig {
        // TLS by aws-lc, the one crypto stack of this project.
        let https = || Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
        let load = || aws_config::defaults(BehaviorVersion::latest()).http_client(https()).load();
        self.sdk.get_or_init(load).await
    }

    /// The table, shared by all stores of the function.
    pub(super) async fn table(&self) -> Result<Table, Error> {
        let build = || async {
            let config = TableConfig::read(&self.variables)?;
            Ok::<_, Error>(Table::new(self.sdk().await, config))
        };
        self.table.get_or_try_init(build).await.cloned()
    }

    /// The link to Redis, one for all parts of the function.
    pub(super) async fn cache(&self) -> Result<Cache, Error> {
        let build = || async { Ok::<_, Error>(Cache::new(&RedisConfig::read(&self.variables)?, self.random.clone())?) };
        self.cache.get_or_try_init(build).await.cloned()
    }

    /// The audit queue.
    pub(super) async fn queue(&self) -> Result<Queue, Error> {
        let build = || async { Ok::<_, Error>(Queue::new(self.sdk().await, QueueConfig::audit(&self.variables)?)) };
        self.queue.get_or_try_init(build).await.cloned()
    }

    /// The queue of refreshes.
    pub(super) async fn refresh_queue(&self) -> Result<RefreshQueue, Error> {
        let build = || async {
            let queue = Queue::new(self.sdk().await, QueueConfig::catalog(&self.variables)?);
            Ok::<_, Error>(RefreshQueue::new(queue))
        };
        self.refresh_queue.get_or_try_init(build).await.cloned()
    }

    /// What takes down events: one for all parts of the function, so that what one of them learns of the queue they all know.
    pub(super) async fn audit(&self) -> Result<Audit, Error> {
        let build = || async {
            let outbox = Outbox::new(self.table().await?);
            Ok::<_, Error>(Audit::new(self.queue().await?, outbox, self.clock.clone(), self.random.clone()))
        };
        self.audit.get_or_try_init(build).await.cloned()
    }

    /// Opens connections before the first request, all at once; failure does no harm.
    pub(super) async fn warm_up(&self) {
        let table = async {
            if let Some(table) = self.table.get() {
                table.warm_up().await;
            }
        };
        let cache = async {
            if let Some(cache) = self.cache.get() {
                cache.warm_up().await;
            }
        };
        let queue = async {
            if let Some(queue) = self.queue.get() {
                queue.warm_up().await;
            }
        };
        let refresh_queue = async {
            if let Some(queue) = self.refresh_queue.get() {
                queue.queue().warm_up().await;
            }
        };
        tokio::join!(table, cache, queue, refresh_queue);
    }
}
