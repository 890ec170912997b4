use std::sync::{Mutex, PoisonError};

use aws_config::SdkConfig;
use futures_util::future::{BoxFuture, join_all};
use tokio::sync::OnceCell;

use super::aws;
use crate::{
    audit::Audit,
    auth::{BadPrivateKey, BadPublicKey},
    cache::{Cache, IamAuthentication},
    clock::Clock,
    config::{ConfigError, QueueConfig, RedisConfig, RedisIamConfig, TableConfig, Variables},
    domain,
    queue::Queue,
    random::Random,
    services::catalog::RefreshQueue,
    store::{Outbox, Table},
};

/// The variables of the process, and the clients that all dependencies of a function share. Each
/// client is created on first use.
pub struct Environment {
    pub(super) variables: Variables,
    pub(super) clock: Clock,
    pub(super) random: Random,
    sdk: OnceCell<SdkConfig>,
    table: OnceCell<Table>,
    cache: OnceCell<Cache>,
    audit_queue: OnceCell<Queue>,
    refresh_queue: OnceCell<RefreshQueue>,
    audit: OnceCell<Audit>,
    /// Opens the connection of each client that was created.
    ///
    /// Each client adds its own, so that a function without a client does not contain its code.
    warm_ups: Mutex<Vec<BoxFuture<'static, ()>>>,
}

/// The clients that an [`Environment`] would otherwise create from its variables.
///
/// For tests, which have a DynamoDB, a Redis and a queue of their own, with other endpoints and
/// timeouts.
#[derive(Debug, Clone)]
pub struct Clients {
    /// The table.
    pub table: Table,
    /// The connection to Redis.
    pub cache: Cache,
    /// The audit queue.
    pub audit_queue: Queue,
    /// The queue of refresh requests.
    pub refresh_queue: Queue,
}

/// The future of a dependency that is being built.
///
/// It is boxed so that it is compiled once, in this crate, and not in every function.
pub type Build<'a, D> = BoxFuture<'a, Result<D, Error>>;

/// A dependency that can be built from the environment.
pub trait FromEnvironment: Sized {
    /// Builds the dependency.
    fn from_environment(environment: &Environment) -> Build<'_, Self>;
}

/// The reason why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable is missing or invalid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The private key is invalid.
    #[error(transparent)]
    PrivateKey(#[from] BadPrivateKey),
    /// A public key is invalid.
    #[error(transparent)]
    PublicKey(#[from] BadPublicKey),
    /// A client cannot be built.
    #[error(transparent)]
    Client(#[from] domain::Error),
}

impl Environment {
    /// Creates the environment of a Lambda function.
    pub(super) fn new(variables: Variables) -> Self {
        Self {
            variables,
            clock: Clock::system(),
            random: Random::system(),
            sdk: OnceCell::new(),
            table: OnceCell::new(),
            cache: OnceCell::new(),
            audit_queue: OnceCell::new(),
            refresh_queue: OnceCell::new(),
            audit: OnceCell::new(),
            warm_ups: Mutex::default(),
        }
    }

    /// Creates an environment with these clients and this clock. For tests.
    #[must_use]
    pub fn with_clients(variables: Variables, clock: Clock, clients: Clients) -> Self {
        let Clients { table, cache, audit_queue, refresh_queue } = clients;
        Self {
            clock,
            table: OnceCell::new_with(Some(table)),
            cache: OnceCell::new_with(Some(cache)),
            audit_queue: OnceCell::new_with(Some(audit_queue)),
            refresh_queue: OnceCell::new_with(Some(RefreshQueue::new(refresh_queue))),
            ..Self::new(variables)
        }
    }

    /// Builds a dependency, such as a store, a use case or the declared dependencies of a function.
    ///
    /// # Errors
    /// A variable is missing or invalid, or a client cannot be built.
    pub fn build<D: FromEnvironment>(&self) -> Build<'_, D> {
        D::from_environment(self)
    }

    /// Returns the configuration of the AWS clients.
    async fn sdk(&self) -> Result<&SdkConfig, ConfigError> {
        self.sdk.get_or_try_init(|| async { aws::sdk_config(&self.variables) }).await
    }

    /// Returns the table, which all stores share.
    pub(super) async fn table(&self) -> Result<Table, Error> {
        let build = || async {
            let config = TableConfig::read(&self.variables)?;
            let table = Table::new(self.sdk().await?, config);
            self.add_warm_up({
                let table = table.clone();
                async move { table.warm_up().await }
            });
            Ok::<_, Error>(table)
        };
        self.table.get_or_try_init(build).await.cloned()
    }

    /// Returns the connection to Redis.
    pub(super) async fn cache(&self) -> Result<Cache, Error> {
        let build = || async {
            let (config, random) = (RedisConfig::read(&self.variables)?, self.random.clone());
            let cache = match RedisIamConfig::read(&self.variables)? {
                None => Cache::new(&config, random)?,
                Some(iam) => {
                    let iam = IamAuthentication::new(self.sdk().await?, iam, self.clock.clone())?;
                    Cache::with_iam(&config, iam, random)?
                }
            };
            self.add_warm_up({
                let cache = cache.clone();
                async move { cache.warm_up().await }
            });
            Ok::<_, Error>(cache)
        };
        self.cache.get_or_try_init(build).await.cloned()
    }

    /// Returns the audit queue.
    pub(super) async fn audit_queue(&self) -> Result<Queue, Error> {
        let build = || self.queue(QueueConfig::audit);
        self.audit_queue.get_or_try_init(build).await.cloned()
    }

    /// Returns the queue of refresh requests.
    pub(super) async fn refresh_queue(&self) -> Result<RefreshQueue, Error> {
        let build = || async { self.queue(QueueConfig::catalog).await.map(RefreshQueue::new) };
        self.refresh_queue.get_or_try_init(build).await.cloned()
    }

    async fn queue(&self, read: fn(&Variables) -> Result<QueueConfig, ConfigError>) -> Result<Queue, Error> {
        let queue = Queue::new(self.sdk().await?, &read(&self.variables)?);
        self.add_warm_up({
            let queue = queue.clone();
            async move { queue.warm_up().await }
        });
        Ok(queue)
    }

    /// Returns the audit recorder, which all dependencies share, because it remembers whether the
    /// queue is available.
    pub(super) async fn audit(&self) -> Result<Audit, Error> {
        let build = || async {
            let outbox = Outbox::new(self.table().await?);
            Ok::<_, Error>(Audit::new(self.audit_queue().await?, outbox, self.clock.clone(), self.random.clone()))
        };
        self.audit.get_or_try_init(build).await.cloned()
    }

    fn add_warm_up(&self, warm_up: impl Future<Output = ()> + Send + 'static) {
        self.warm_ups.lock().unwrap_or_else(PoisonError::into_inner).push(Box::pin(warm_up));
    }

    /// Opens the connections of the clients in use, in parallel, before the first request. Failure
    /// is harmless: the first request connects then.
    pub(super) async fn warm_up(&self) {
        let warm_ups = std::mem::take(&mut *self.warm_ups.lock().unwrap_or_else(PoisonError::into_inner));
        join_all(warm_ups).await;
    }
}
