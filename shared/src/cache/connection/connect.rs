//! Opening of connections: TLS, socket options, and one attempt shared by concurrent callers.

use std::{io, sync::Arc};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, TlsCertificates, aio::MultiplexedConnection,
};

use tokio::time::timeout;

use super::{RedisConnection, State};
use crate::{
    cache::scripts,
    config::{ConfigError, RedisConfig},
};

/// A connection attempt. All callers that wait for it share its result.
pub(super) type PendingConnection = Shared<BoxFuture<'static, Result<MultiplexedConnection, Arc<RedisError>>>>;

/// Returns `None` when no Redis is configured.
pub(super) fn client(config: &RedisConfig) -> Result<Option<Client>, ConfigError> {
    let Some(url) = &config.url else { return Ok(None) };
    // The one crypto provider of this project. A second call has no effect.
    let _already_installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = url.as_str().into_connection_info().and_then(|info| {
        // Without TCP_NODELAY, a command could wait in the socket buffer until the peer
        // acknowledges earlier data.
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        let info = info.set_tcp_settings(tcp);
        match &config.ca_certificate {
            None => Client::open(info),
            Some(pem) => {
                let root_cert = Some(pem.clone().into_bytes());
                Client::build_with_tls(info, TlsCertificates { client_tls: None, root_cert })
            }
        }
    });
    let expected = "a Redis URL; REDIS_CA_CERTIFICATE, if set, must be a PEM certificate";
    client.map(Some).map_err(|_| ConfigError::Invalid { name: "REDIS_URL", expected })
}

/// Returns a client for the same address, TLS settings and user with this password.
fn with_password(client: &Client, password: &str) -> Result<Client, RedisError> {
    let info = client.get_connection_info().clone();
    let user = info.redis_settings().clone().set_password(password);
    Client::open(info.set_redis_settings(user))
}

impl RedisConnection {
    /// Opens a new connection. Concurrent callers share one attempt.
    pub(super) async fn connect(&self) -> Result<MultiplexedConnection, Arc<RedisError>> {
        let pending = self.pending_connection(&mut self.state());
        let result = pending.clone().await;
        let mut state = self.state();
        if state.pending.as_ref().is_some_and(|current| current.ptr_eq(&pending)) {
            state.pending = None;
        }
        result
    }

    /// Returns the current attempt, or starts one.
    ///
    /// An attempt that succeeded after its callers stopped waiting is returned too. One that failed
    /// is replaced, because Redis may have recovered since.
    pub(super) fn pending_connection(&self, state: &mut State) -> PendingConnection {
        let has_failed = |pending: &PendingConnection| matches!(pending.peek(), Some(Err(_)));
        let pending = state.pending.take().filter(|pending| !has_failed(pending));
        state.pending.insert(pending.unwrap_or_else(|| self.start_connecting())).clone()
    }

    /// Connects in a task, so that the attempt continues when its callers stop waiting.
    fn start_connecting(&self) -> PendingConnection {
        let this = self.clone();
        let connect = async move {
            let opened = timeout(this.connect_timeout, this.open_authenticated()).await;
            let mut connection = opened.map_err(|_| RedisError::from(io::Error::from(io::ErrorKind::TimedOut)))??;
            scripts::load(&mut connection).await;
            Ok(connection)
        };
        let pending = connect.boxed().shared();
        tokio::spawn(pending.clone());
        pending
    }

    /// Opens a connection, with a new token if IAM authenticates it. The caller sets the timeout,
    /// which covers the token.
    async fn open_authenticated(&self) -> Result<MultiplexedConnection, RedisError> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(Some(self.response_timeout));
        let client = match &self.iam {
            None => self.client.clone(),
            Some(iam) => with_password(&self.client, &iam.token().await?)?,
        };
        client.get_multiplexed_async_connection_with_config(&config).await
    }
}
