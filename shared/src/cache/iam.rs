//! Authentication with IAM at `ElastiCache`. `docs/adr/0026-iam-authentication-at-redis.md`
//! explains why.

mod token;

use aws_config::SdkConfig;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use redis::{ErrorKind, RedisError};

use crate::{
    clock::Clock,
    config::{ConfigError, RedisIamConfig},
};
use token::ConnectRequest;

/// A source of tokens, which replace the password of the Redis user. Each connection needs a new
/// one.
#[derive(Clone)]
pub struct IamAuthentication {
    config: RedisIamConfig,
    region: String,
    credentials: SharedCredentialsProvider,
    clock: Clock,
}

impl IamAuthentication {
    /// Creates a source of tokens with the region and the credentials of `sdk`.
    ///
    /// # Errors
    /// `AWS_REGION` is not set. Lambda sets it.
    pub fn new(sdk: &SdkConfig, config: RedisIamConfig, clock: Clock) -> Result<Self, ConfigError> {
        let region = sdk.region().ok_or(ConfigError::Missing("AWS_REGION"))?.to_string();
        let credentials = sdk.credentials_provider().ok_or(ConfigError::Missing("AWS_ACCESS_KEY_ID"))?;
        Ok(Self { config, region, credentials, clock })
    }

    /// Creates a source of tokens in us-east-1 whose access key, secret key and session token are
    /// `local`. For tests.
    #[must_use]
    pub fn local(config: RedisIamConfig, clock: Clock) -> Self {
        let credentials = Credentials::new("local", "local", Some("local".to_owned()), None, "local");
        Self { config, region: "us-east-1".to_owned(), credentials: SharedCredentialsProvider::new(credentials), clock }
    }

    /// Returns a new token. The provider may wait for another service, so callers set a timeout.
    ///
    /// # Errors
    /// There are no credentials, or the request cannot be signed.
    pub(super) async fn token(&self) -> Result<String, RedisError> {
        let credentials = self.credentials.provide_credentials().await;
        let credentials = credentials.map_err(|error| no_token("no AWS credentials", &error))?;
        let RedisIamConfig { cache, user } = &self.config;
        let request = ConnectRequest { cache, user, region: &self.region };
        let token = request.presign(credentials, self.clock.now());
        token.map_err(|error| no_token("no IAM token", error.as_ref()))
    }
}

/// Creates the error for a token that cannot be made. Its detail contains no secret and is logged.
fn no_token(reason: &str, error: &dyn std::error::Error) -> RedisError {
    RedisError::from((ErrorKind::InvalidClientConfig, "no token for Redis", format!("{reason}: {error}")))
}

#[cfg(test)]
mod tests {
    use aws_credential_types::provider::{error::CredentialsError, future};
    use tokio::time::Instant;

    use super::*;
    use crate::{
        cache::connection::{RedisConnection, RedisUnavailable},
        config::RedisConfig,
    };

    /// A provider that fails, or never responds.
    #[derive(Debug)]
    enum Provider {
        Failing,
        Hanging,
    }

    impl ProvideCredentials for Provider {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            match self {
                Self::Failing => future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("none here"))),
                Self::Hanging => future::ProvideCredentials::new(std::future::pending()),
            }
        }
    }

    fn authentication(provider: Provider) -> IamAuthentication {
        let config = RedisIamConfig { cache: "test".to_owned(), user: "test-iam".to_owned() };
        let credentials = SharedCredentialsProvider::new(provider);
        IamAuthentication { credentials, ..IamAuthentication::local(config, Clock::system()) }
    }

    fn connection(provider: Provider) -> RedisConnection {
        let config = RedisConfig {
            url: Some("redis://test-iam@127.0.0.1:1/".to_owned()),
            ca_certificate: None,
            connect_timeout: RedisConfig::CONNECT_TIMEOUT,
            response_timeout: RedisConfig::RESPONSE_TIMEOUT,
        };
        RedisConnection::new(&config, Some(authentication(provider))).unwrap().unwrap()
    }

    async fn ping(connection: &RedisConnection) -> Result<(), RedisUnavailable> {
        connection.run(|mut connection| async move { redis::cmd("PING").exec_async(&mut connection).await }).await
    }

    #[tokio::test(start_paused = true)]
    async fn without_credentials_redis_is_unavailable_at_once() {
        let started = Instant::now();
        assert_eq!(ping(&connection(Provider::Failing)).await, Err(RedisUnavailable));
        assert_eq!(started.elapsed().as_millis(), 0);
        let error = authentication(Provider::Failing).token().await.unwrap_err();
        assert!(error.detail().unwrap().starts_with("no AWS credentials: "), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_that_never_arrive_delay_no_request_longer_than_a_response() {
        let (connection, started) = (connection(Provider::Hanging), Instant::now());
        assert_eq!(ping(&connection).await, Err(RedisUnavailable));
        assert!(started.elapsed() <= RedisConfig::RESPONSE_TIMEOUT * 2, "{:?}", started.elapsed());
        // The attempt ends too.
        connection.warm_up().await;
        assert!(started.elapsed() <= RedisConfig::CONNECT_TIMEOUT * 2, "{:?}", started.elapsed());
    }
}
