use std::time::Duration;

use super::{ConfigError, Variables};

/// `AUDIT_QUEUE_URL`: the queue that audit events go to.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// The queue's address, as SQS names it.
    pub url: String,
    /// How long an event may take to be sent, a second try over a new connection included.
    pub send_within: Duration,
}

impl QueueConfig {
    /// SQS answers within some ten milliseconds; a write that has waited this long goes to the outbox.
    pub const SEND_WITHIN: Duration = Duration::from_millis(400);

    /// Reads the configuration.
    ///
    /// # Errors
    /// The address is missing.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.required("AUDIT_QUEUE_URL")?.to_owned();
        Ok(Self { url, send_within: Self::SEND_WITHIN })
    }
}
