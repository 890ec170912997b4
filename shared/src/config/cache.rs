use std::time::Duration;

use super::{ConfigError, Variables};

/// Where Redis is and how long it is waited for.
#[derive(Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`, as in `rediss://user:password@host:6379/`; absent where no Redis is deployed. It may hold a password, so
    /// it is not printed.
    pub url: Option<String>,
    /// `REDIS_CA_CERTIFICATE`: the authority of a Redis with certificates of one's own, in PEM. Without it, those that
    /// browsers trust.
    pub ca_certificate: Option<String>,
    /// For a connection to stand, TLS and sign-in included.
    pub connect_within: Duration,
    /// For an answer over a connection that stands.
    pub answer_within: Duration,
}

impl RedisConfig {
    /// Within one private network a connection takes a few milliseconds.
    pub const CONNECT_WITHIN: Duration = Duration::from_millis(200);
    /// Redis answers within a millisecond; waiting longer than this costs more than doing without.
    pub const ANSWER_WITHIN: Duration = Duration::from_millis(30);

    /// Reads the configuration.
    ///
    /// # Errors
    /// Not a `redis://` or `rediss://` address.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("REDIS_URL").map(str::to_owned);
        if url.as_ref().is_some_and(|url| !url.starts_with("redis://") && !url.starts_with("rediss://")) {
            return Err(ConfigError::Invalid { name: "REDIS_URL", expected: "an address such as redis://host:6379/" });
        }
        let ca_certificate = variables.optional("REDIS_CA_CERTIFICATE").map(str::to_owned);
        let (connect_within, answer_within) = (Self::CONNECT_WITHIN, Self::ANSWER_WITHIN);
        Ok(Self { url, ca_certificate, connect_within, answer_within })
    }
}
