use super::{ConfigError, Variables};

/// `REDIS_URL`, as in `redis://127.0.0.1:6379/`. The password may stand in it, so it is not printed.
#[derive(Clone)]
pub struct RedisConfig {
    /// The address; absent where no Redis is deployed.
    pub url: Option<String>,
}

impl RedisConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Not a `redis://` or `rediss://` address.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.optional("REDIS_URL").map(str::to_owned);
        match &url {
            Some(url) if !url.starts_with("redis://") && !url.starts_with("rediss://") => {
                Err(ConfigError::Invalid { name: "REDIS_URL", expected: "an address such as redis://host:6379/" })
            }
            _ => Ok(Self { url }),
        }
    }
}

/// `AUDIT_QUEUE_URL`: the queue that audit events go to.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// The queue's address, as SQS names it.
    pub url: String,
}

impl QueueConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The address is missing.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        Ok(Self { url: variables.required("AUDIT_QUEUE_URL")?.to_owned() })
    }
}
