//! Redis or Valkey. The only place with the `redis` crate.
//!
//! So far it is only asked whether it is there, by `/v1/health/detailed`. When it is not, that route says so and nothing
//! else changes.

use std::{fmt, sync::Arc, time::Duration};

use redis::{
    Client, ErrorKind, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::OnceCell;

use crate::config::RedisConfig;

/// A connection to be in the same private network takes a millisecond.
const CONNECT: Duration = Duration::from_millis(200);
/// Redis answers within a millisecond; waiting longer than this costs more than doing without.
const ANSWER: Duration = Duration::from_millis(30);

/// A connection that is made when it is first needed and renewed when it breaks.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    url: Option<String>,
    connection: OnceCell<ConnectionManager>,
}

/// Redis does not answer, or none is configured. The address is not part of it: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `REDIS_URL` is not set.
    #[error("no Redis is configured")]
    NotConfigured,
    /// The connection or the command failed.
    #[error("Redis: {0:?}")]
    Unavailable(ErrorKind),
}

impl Cache {
    /// Nothing is connected yet.
    #[must_use]
    pub fn new(config: RedisConfig) -> Self {
        Self(Arc::new(Inner { url: config.url, connection: OnceCell::new() }))
    }

    /// Asks for a `PONG`.
    ///
    /// # Errors
    /// Redis does not answer within 200 ms (connecting) or 30 ms (connected).
    pub async fn ping(&self) -> Result<(), Error> {
        let mut connection = self.0.connection.get_or_try_init(|| self.connect()).await?.clone();
        let pong: Result<String, RedisError> = redis::cmd("PING").query_async(&mut connection).await;
        pong.map(drop).map_err(unavailable)
    }

    async fn connect(&self) -> Result<ConnectionManager, Error> {
        let url = self.0.url.as_deref().ok_or(Error::NotConfigured)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER))
            .set_number_of_retries(0);
        ConnectionManager::new_with_config(Client::open(url).map_err(unavailable)?, config).await.map_err(unavailable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: RedisError) -> Error {
    Error::Unavailable(error.kind())
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache(..)")
    }
}
