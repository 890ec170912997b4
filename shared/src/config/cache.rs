use std::time::Duration;

use super::{ConfigError, Variables};

/// The address and the timeouts of Redis.
#[derive(Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`, such as `rediss://user:password@host:6379/`; `None` when no Redis is deployed.
    /// It may contain a password, so this type is not `Debug`.
    pub url: Option<String>,
    /// `REDIS_CA_CERTIFICATE`: the PEM certificate of a private certificate authority. `None` for
    /// the public authorities.
    pub ca_certificate: Option<String>,
    /// The timeout for connecting, including TLS and authentication.
    pub connect_timeout: Duration,
    /// The timeout for a response.
    pub response_timeout: Duration,
}

impl RedisConfig {
    /// Within a VPC, connecting takes a few milliseconds.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(200);
    /// Redis responds within a millisecond. Waiting longer than this costs more than a request
    /// without Redis.
    pub const RESPONSE_TIMEOUT: Duration = Duration::from_millis(30);

    /// Reads the configuration.
    ///
    /// # Errors
    /// The URL does not start with `redis://` or `rediss://`.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("REDIS_URL").map(str::to_owned);
        if url.as_ref().is_some_and(|url| !url.starts_with("redis://") && !url.starts_with("rediss://")) {
            return Err(ConfigError::Invalid { name: "REDIS_URL", expected: "a URL such as redis://host:6379/" });
        }
        let ca_certificate = variables.optional("REDIS_CA_CERTIFICATE").map(str::to_owned);
        Ok(Self {
            url,
            ca_certificate,
            connect_timeout: Self::CONNECT_TIMEOUT,
            response_timeout: Self::RESPONSE_TIMEOUT,
        })
    }
}
