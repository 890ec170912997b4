use std::time::Duration;

use super::{ConfigError, Variables};

/// A queue: `AUDIT_QUEUE_URL` for audit events, or `CATALOG_QUEUE_URL` for refresh requests.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// The queue's URL.
    pub url: String,
    /// The timeout for sending a message, including a retry over a new connection.
    pub send_timeout: Duration,
}

impl QueueConfig {
    /// SQS responds within about ten milliseconds. After this time, an event is written to the
    /// outbox instead.
    pub const SEND_TIMEOUT: Duration = Duration::from_millis(400);

    /// Refresh requests have no outbox, so they get more time.
    const REFRESH_SEND_TIMEOUT: Duration = Duration::from_secs(2);

    /// Reads the configuration of the audit queue.
    ///
    /// # Errors
    /// The URL is missing.
    pub fn audit(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.required("AUDIT_QUEUE_URL")?.to_owned();
        Ok(Self { url, send_timeout: Self::SEND_TIMEOUT })
    }

    /// Reads the configuration of the queue of refresh requests.
    ///
    /// # Errors
    /// The URL is missing.
    pub fn catalog(variables: &Variables) -> Result<Self, ConfigError> {
        let url = variables.required("CATALOG_QUEUE_URL")?.to_owned();
        Ok(Self { url, send_timeout: Self::REFRESH_SEND_TIMEOUT })
    }
}
