//! The connection to Redis, with the breaker that keeps requests from waiting for one that does not answer.
//!
//! While all is well a request waits at most [`RedisConfig::answer_within`] for an answer. The first one that waits in vain
//! opens the breaker: nobody waits any more, but for one request in each [`PAUSE`], which tries again (half-open). A
//! connection that was closed under us, as happens while Lambda freezes a function, is made anew at once and does not count
//! as a failure.
//!
//! Each change of state is one line of the log.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, RedisResult, TlsCertificates,
    aio::MultiplexedConnection,
};
use tokio::time::{Duration, timeout};

use super::scripts;
use crate::config::{ConfigError, RedisConfig};

/// How long the breaker stays open before one request tries again. It bounds how soon a Redis that is back is noticed.
const PAUSE: Duration = Duration::from_millis(250);
/// An answer over a connection of old, while the breaker is open, is either there at once or not to be waited for.
const AT_ONCE: Duration = Duration::from_millis(2);
/// A write that has waited for an answer in vain already waits only this part of it for a new connection, which has been on
/// its way since then.
const A_LITTLE: u32 = 5;

/// Redis does not answer, answers with an error, or none is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis is away")]
pub struct Away;

type Connecting = Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<RedisError>>>>;

/// The connection, made when it is first needed and renewed when it breaks.
#[derive(Clone)]
pub(super) struct Link {
    client: Client,
    connect_within: Duration,
    answer_within: Duration,
    state: Arc<Mutex<State>>,
}

struct State {
    /// Kept while Redis hangs: what was sent over it arrives when Redis goes on.
    connection: Option<MultiplexedConnection>,
    connecting: Option<Connecting>,
    /// When a new connection was last waited for in vain.
    unreachable_at: Option<Instant>,
    /// `Some` while the breaker is open.
    open: Option<Open>,
}

struct Open {
    retry_at: Instant,
}

/// What a request does about Redis.
enum Way {
    Use(MultiplexedConnection),
    Connect,
    GoWithout,
}

impl Link {
    pub(super) fn new(config: &RedisConfig) -> Result<Option<Self>, ConfigError> {
        let Some(url) = &config.url else { return Ok(None) };
        // The one crypto stack of this project; a second call changes nothing.
        let _installed_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let address = url.as_str().into_connection_info();
        let client = address.and_then(|address| {
            // Each command leaves at once: one that waited for the answer to another would not be on its way while Redis
            // hangs.
            let tcp = address.tcp_settings().clone().set_nodelay(true);
            let address = address.set_tcp_settings(tcp);
            match &config.ca_certificate {
                None => Client::open(address),
                Some(pem) => {
                    let root_cert = Some(pem.clone().into_bytes());
                    Client::build_with_tls(address, TlsCertificates { client_tls: None, root_cert })
                }
            }
        });
        let expected = "an address of Redis; with REDIS_CA_CERTIFICATE, that must be a certificate in PEM";
        let client = client.map_err(|_| ConfigError::Invalid { name: "REDIS_URL", expected })?;
        let state = State { connection: None, connecting: None, unreachable_at: None, open: None };
        Ok(Some(Self {
            client,
            connect_within: config.connect_within,
            answer_within: config.answer_within,
            state: Arc::new(Mutex::new(state)),
        }))
    }

    pub(super) async fn warm_up(&self) {
        if let Ok(connection) = self.connect().await {
            self.came_back(connection);
        }
    }

    /// Sends what `send` sends and gives the answer.
    pub(super) async fn run<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        match self.way() {
            Way::Use(connection) => match send(connection).await {
                Err(error) if error.is_connection_dropped() => self.run_anew(send).await,
                Err(error) => Err(self.went_away(&error, None)),
                Ok(answer) => Ok(answer),
            },
            Way::Connect => self.run_anew(send).await,
            Way::GoWithout => Err(Away),
        }
    }

    /// Like [`Link::run`], whatever the breaker says.
    pub(super) async fn run_regardless<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.state().open.is_some() { self.run_anew(send).await } else { self.run(send).await }
    }

    /// Like [`Link::run_regardless`], but sends over the connection of old too: while Redis hangs, what is sent lies there
    /// and is done when Redis goes on. A new connection is waited for besides, because the old one may be dead while Redis
    /// is well; not again, when that was in vain a moment ago.
    pub(super) async fn insist<F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<(), Away>
    where
        F: Future<Output = RedisResult<()>> + Send + 'static,
    {
        if self.state().open.is_none() && self.run(&send).await.is_ok() {
            return Ok(());
        }
        let (connection_of_old, unreachable_at) = {
            let state = self.state();
            (state.connection.clone(), state.unreachable_at)
        };
        if let Some(connection) = connection_of_old {
            // A task, because what nobody waits for any more is not sent.
            if let Ok(Ok(Ok(()))) = timeout(AT_ONCE, tokio::spawn(send(connection.clone()))).await {
                self.came_back(connection);
                return Ok(());
            }
        }
        if unreachable_at.is_some_and(|at| at.elapsed() < PAUSE) {
            return Err(Away);
        }
        self.run_anew_within(self.answer_within / A_LITTLE, send).await
    }

    async fn run_anew<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.run_anew_within(self.answer_within, send).await
    }

    async fn run_anew_within<T, F>(&self, wait: Duration, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>>,
    {
        // The connection goes on being made when we no longer wait for it: the next request finds it.
        let connection = match timeout(wait, self.connect()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(self.went_away(&error, None)),
            Err(_) => {
                self.state().unreachable_at = Some(Instant::now());
                return Err(self.is_open("no connection in time"));
            }
        };
        match send(connection.clone()).await {
            Ok(answer) => {
                self.came_back(connection);
                Ok(answer)
            }
            Err(error) => Err(self.went_away(&error, Some(connection))),
        }
    }

    fn way(&self) -> Way {
        let mut state = self.state();
        if let Some(open) = &mut state.open {
            if Instant::now() < open.retry_at {
                return Way::GoWithout;
            }
            open.retry_at = Instant::now() + PAUSE;
            return Way::Connect;
        }
        state.connection.clone().map_or(Way::Connect, Way::Use)
    }

    /// A new connection; all who want one at the same time share it.
    async fn connect(&self) -> Result<MultiplexedConnection, Arc<RedisError>> {
        let connecting = self.connecting(&mut self.state());
        let connected = connecting.clone().await;
        let mut state = self.state();
        if state.connecting.as_ref().is_some_and(|present| present.ptr_eq(&connecting)) {
            state.connecting = None;
        }
        connected
    }

    /// The connection that is being made; begins to make one where there is none.
    fn connecting(&self, state: &mut State) -> Connecting {
        // What was made while nobody waited is taken; what failed then says nothing about now.
        let unfinished_or_good = |connecting: &Connecting| !matches!(connecting.peek(), Some(Err(_)));
        let connecting = state.connecting.take().filter(unfinished_or_good);
        state.connecting.insert(connecting.unwrap_or_else(|| self.start_connecting())).clone()
    }

    fn start_connecting(&self) -> Connecting {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_within))
            .set_response_timeout(Some(self.answer_within));
        let client = self.client.clone();
        let connect = async move {
            let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
            scripts::load(&mut connection).await;
            Ok(connection)
        };
        let connecting = connect.boxed().shared();
        tokio::spawn(connecting.clone());
        connecting
    }

    fn came_back(&self, connection: MultiplexedConnection) {
        let mut state = self.state();
        state.connection = Some(connection);
        state.unreachable_at = None;
        if state.open.take().is_some() {
            tracing::info!(dependency = "redis", "dependency up");
        }
    }

    fn went_away(&self, error: &RedisError, anew: Option<MultiplexedConnection>) -> Away {
        {
            let mut state = self.state();
            if !error.is_timeout() {
                // Closed, or somebody answered who should not be asked again, such as a replica that became one.
                state.connection = None;
            } else if anew.is_some() {
                state.connection = anew;
            } else {
                // The connection may be dead and Redis well.
                let _on_its_way = self.connecting(&mut state);
            }
        }
        self.is_open(&describe(error))
    }

    fn is_open(&self, error: &str) -> Away {
        let mut state = self.state();
        let was_open = state.open.replace(Open { retry_at: Instant::now() + PAUSE }).is_some();
        if !was_open {
            tracing::warn!(dependency = "redis", error, "dependency down");
        }
        Away
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For the log. Never the whole error: it may quote a key.
fn describe(error: &RedisError) -> String {
    match error.code() {
        _ if error.is_timeout() => "no answer in time".to_owned(),
        _ if error.is_connection_refusal() => "connection refused".to_owned(),
        _ if error.is_connection_dropped() => "connection closed".to_owned(),
        Some(code) => format!("answered {code}"),
        None => error.category().to_owned(),
    }
}
