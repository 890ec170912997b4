use super::{ConfigError, Variables};

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
