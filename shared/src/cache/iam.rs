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
