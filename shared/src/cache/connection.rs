//! The connection to Redis and its circuit breaker.
//!
//! A request waits at most [`RedisConfig::response_timeout`] for a response. A timeout or an error
//! opens the breaker. While it is open, requests skip Redis, except for one every
//! [`RETRY_INTERVAL`] that tries again (half-open).
//!
//! A connection that the server closed is replaced at once, and the command is repeated. It does
//! not count as a failure: connections are closed regularly while the execution environment is
//! frozen, and `ElastiCache` closes a connection 12 hours after its IAM authentication.
//!
//! Each change of the breaker's state writes one log line.
//! `docs/adr/0012-custom-redis-connection.md` explains why the client of the `redis` crate is not
//! enough.

mod connect;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use redis::{Client, ErrorKind, RedisError, RedisResult, aio::MultiplexedConnection};
use tokio::time::{Duration, timeout};

use super::iam::IamAuthentication;
use crate::config::{ConfigError, RedisConfig};
use connect::PendingConnection;

/// The time between two attempts while the breaker is open. Recovery is noticed after at most this
/// long, or twice as long if opening a connection takes longer than a request waits for it.
const RETRY_INTERVAL: Duration = Duration::from_millis(250);
/// The timeout of a command over the last working connection while the breaker is open. A healthy
/// connection responds within it.
const IMMEDIATE_TIMEOUT: Duration = Duration::from_millis(2);
/// The response timeout divided by this number is the time for which a request waits for a new
/// connection while the breaker is open, or after it has already waited for a response. Redis most
/// likely still hangs, and connecting continues without the request.
const RECONNECT_TIMEOUT_DIVISOR: u32 = 3;
/// The number of new connections that one command may open. The server may close the first one as
/// well: a connection attempt that no request has waited for may be hours old.
const MAX_NEW_CONNECTIONS: u32 = 3;

/// Redis does not respond, responds with an error, or is not configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Redis is unavailable")]
pub struct RedisUnavailable;

/// A connection that is opened on first use and replaced when it breaks. Clones share it.
#[derive(Clone)]
pub(super) struct RedisConnection {
    client: Client,
    /// `None` to use the password of the URL, if any.
    iam: Option<IamAuthentication>,
    connect_timeout: Duration,
    response_timeout: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The last working connection. It is not closed while Redis hangs, because Redis executes the
    /// commands already sent over it when it resumes.
    connection: Option<MultiplexedConnection>,
    pending: Option<PendingConnection>,
    /// The time of the last timeout while waiting for a new connection.
    connect_timed_out_at: Option<Instant>,
    /// `Some` while the breaker is open.
    open_breaker: Option<OpenBreaker>,
}

struct OpenBreaker {
    retry_at: Instant,
}

/// The way in which a command uses Redis.
enum Strategy {
    UseConnection(MultiplexedConnection),
    Connect,
    /// The breaker is open, and this request tries again.
    Retry,
    /// The breaker is open.
    Skip,
}

impl RedisConnection {
    /// Creates a connection that is not open yet. Returns `None` when no Redis is configured.
    pub(super) fn new(config: &RedisConfig, iam: Option<IamAuthentication>) -> Result<Option<Self>, ConfigError> {
        let Some(client) = connect::client(config)? else { return Ok(None) };
        Ok(Some(Self {
            client,
            iam,
            connect_timeout: config.connect_timeout,
            response_timeout: config.response_timeout,
            state: Arc::default(),
        }))
    }

    pub(super) async fn warm_up(&self) {
        if let Ok(connection) = self.connect().await {
            self.record_success(connection);
        }
    }

    /// Runs a command and returns its response. While the breaker is open, fails immediately,
    /// except for one attempt every [`RETRY_INTERVAL`].
    pub(super) async fn run<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, RedisUnavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        match self.strategy() {
            Strategy::UseConnection(connection) => match send(connection).await {
                Ok(response) => Ok(response),
                Err(error) if error.is_connection_dropped() => self.reconnect_and_run(send).await,
                Err(error) => Err(self.record_failure(&error, None)),
            },
            Strategy::Connect => self.reconnect_and_run(send).await,
            Strategy::Retry => self.retry(send).await,
            Strategy::Skip => Err(RedisUnavailable),
        }
    }

    /// Like [`RedisConnection::run`], but ignores an open breaker.
    pub(super) async fn run_ignoring_breaker<T, F>(
        &self,
        send: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<T, RedisUnavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.state().open_breaker.is_some() { self.reconnect_and_run(send).await } else { self.run(send).await }
    }

    /// Like [`RedisConnection::run_ignoring_breaker`], but sends the command over the last
    /// working connection as well.
    ///
    /// If Redis hangs, it executes the command sent over that connection when it resumes. The
    /// connection may also be dead while Redis is healthy, so without a response the
    /// command is sent over a new connection too. No new connection is opened if opening one timed
    /// out less than [`RETRY_INTERVAL`] ago.
    pub(super) async fn send_best_effort<F>(
        &self,
        send: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<(), RedisUnavailable>
    where
        F: Future<Output = RedisResult<()>> + Send + 'static,
    {
        if self.state().open_breaker.is_none() && self.run(&send).await.is_ok() {
            return Ok(());
        }
        let (previous, connect_timed_out_at) = {
            let state = self.state();
            (state.connection.clone(), state.connect_timed_out_at)
        };
        if let Some(connection) = previous {
            // In a task of its own: a command whose future is dropped might never be sent.
            let response = tokio::spawn(send(connection.clone()));
            if let Ok(Ok(Ok(()))) = timeout(IMMEDIATE_TIMEOUT, response).await {
                self.record_success(connection);
                return Ok(());
            }
        }
        if connect_timed_out_at.is_some_and(|at| at.elapsed() < RETRY_INTERVAL) {
            return Err(RedisUnavailable);
        }
        self.retry(send).await
    }

    /// Like [`RedisConnection::reconnect_and_run`], but waits only briefly for a new connection.
    async fn retry<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, RedisUnavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.reconnect_and_run_within(self.response_timeout / RECONNECT_TIMEOUT_DIVISOR, send).await
    }

    async fn reconnect_and_run<T, F>(&self, send: impl Fn(MultiplexedConnection) -> F) -> Result<T, RedisUnavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.reconnect_and_run_within(self.response_timeout, send).await
    }

    /// Waits at most `connect_wait` for a new connection. Connecting continues after that, and the
    /// next request uses the result.
    async fn reconnect_and_run_within<T, F>(
        &self,
        connect_wait: Duration,
        send: impl Fn(MultiplexedConnection) -> F,
    ) -> Result<T, RedisUnavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let mut remaining_attempts = MAX_NEW_CONNECTIONS;
        loop {
            remaining_attempts -= 1;
            let (error, connection) = match timeout(connect_wait, self.connect()).await {
                Ok(Ok(connection)) => match send(connection.clone()).await {
                    Ok(response) => {
                        self.record_success(connection);
                        return Ok(response);
                    }
                    Err(error) => (Arc::new(error), Some(connection)),
                },
                Ok(Err(error)) => (error, None),
                Err(_) => {
                    self.state().connect_timed_out_at = Some(Instant::now());
                    return Err(self.open_breaker("no connection in time"));
                }
            };
            if remaining_attempts == 0 || !was_closed(&error) {
                return Err(self.record_failure(&error, connection));
            }
        }
    }

    fn strategy(&self) -> Strategy {
        let mut state = self.state();
        if let Some(breaker) = &mut state.open_breaker {
            if Instant::now() < breaker.retry_at {
                return Strategy::Skip;
            }
            breaker.retry_at = Instant::now() + RETRY_INTERVAL;
            return Strategy::Retry;
        }
        state.connection.clone().map_or(Strategy::Connect, Strategy::UseConnection)
    }

    fn record_success(&self, connection: MultiplexedConnection) {
        let mut state = self.state();
        state.connection = Some(connection);
        state.connect_timed_out_at = None;
        if state.open_breaker.take().is_some() {
            tracing::info!(dependency = "redis", "dependency up");
        }
    }

    /// Records a failed command. `new_connection` is the connection on which it failed, if it was
    /// opened for this command.
    fn record_failure(&self, error: &RedisError, new_connection: Option<MultiplexedConnection>) -> RedisUnavailable {
        {
            let mut state = self.state();
            if !error.is_timeout() {
                // The connection is closed, or the server must not be used again: for example, it
                // has become a read-only replica.
                state.connection = None;
            } else if new_connection.is_some() {
                state.connection = new_connection;
            } else {
                // Start a new connection now: this one may be dead while Redis is healthy.
                let _started = self.pending_connection(&mut state);
            }
        }
        self.open_breaker(&describe(error))
    }

    fn open_breaker(&self, reason: &str) -> RedisUnavailable {
        let mut state = self.state();
        let was_open = state.open_breaker.replace(OpenBreaker { retry_at: Instant::now() + RETRY_INTERVAL }).is_some();
        if !was_open {
            tracing::warn!(dependency = "redis", error = reason, "dependency down");
        }
        RedisUnavailable
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `true` if the server closed the connection, so that the command can be repeated over a
/// new one.
fn was_closed(error: &RedisError) -> bool {
    error.is_connection_dropped() && !error.is_connection_refusal()
}

/// Describes an error for the log. The error's own text may contain a key.
fn describe(error: &RedisError) -> String {
    match error.code() {
        _ if error.is_timeout() => "no answer in time".to_owned(),
        _ if error.is_connection_refusal() => "connection refused".to_owned(),
        _ if error.is_connection_dropped() => "connection closed".to_owned(),
        Some(code) => format!("answered {code}"),
        // Only `iam.rs` creates this kind after startup.
        None if error.kind() == ErrorKind::InvalidClientConfig => error.detail().unwrap_or_default().to_owned(),
        None => error.category().to_owned(),
    }
}
