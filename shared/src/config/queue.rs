use std::time::Duration;

use super::{ConfigError, Variables};

/// A queue: `AUDIT_QUEUE_URL`, which audit events go to, or `CATALOG_QUEUE_URL`, which refreshes go to.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// The queue's address, as SQS names it.
    pub url: String,
    /// How long a message may take to be sent, a second try over a new connection included.
    pub send_within: Duration,
}

impl QueueConfig {
    /// SQS answers within some ten milliseconds; a write that has waited this long goes to the outbox.
    pub const SEND_WITHIN: Duration = Duration::from_millis(400);

    /// Nothing takes the place of this queue, so it is given more time.
    const REFRESH_WITHIN: Duration = Duration::from_secs(2);

    /// Reads the configuration of the audit queue.
    ///
    /// # Errors
    /// The address is missing.
    pub fn audit(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.required("AUDIT_QUEUE_URL")?.to_owned();
        Ok(Self { url, send_within: Self::SEND_WITHIN })
    }

    /// Reads the configuration of the queue of refreshes.
    ///
    /// # Errors
    /// The address is missing.
    pub fn catalog(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.required("CATALOG_QUEUE_URL")?.to_owned();
        Ok(Self { url, send_within: Self::REFRESH_WITHIN })
    }
}
