//! SQS queues. The only module that uses the SQS SDK.

use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::{
    Client,
    config::Credentials,
    types::{QueueAttributeName, SendMessageBatchRequestEntry},
};
use tokio::time::timeout;

use crate::{config::QueueConfig, domain::Cause};

mod event;

pub use event::{SqsBatchResponse, SqsEvent, SqsMessage};

/// The timeout of calls other than sending.
const PROBE_TIMEOUT: Duration = Duration::from_millis(900);
const WARM_UP_TIMEOUT: Duration = Duration::from_millis(300);
/// The limit of `SendMessageBatch`.
const MAX_BATCH_SIZE: usize = 10;

/// A handle to a queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// A client with the timeouts and retries of [`Queue::send`].
    client: Client,
    url: Arc<str>,
}

/// SQS does not respond in time, or rejects the call.
#[derive(Debug, thiserror::Error)]
#[error("the queue is unavailable")]
pub struct QueueUnavailable(#[source] Cause);

impl Queue {
    /// Creates a handle to the configured queue, with the region, credentials and endpoint of `sdk`.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: &QueueConfig) -> Self {
        Self::from_builder(aws_sdk_sqs::config::Builder::from(sdk), config)
    }

    /// Creates a handle to a queue of a local SQS API. For tests.
    #[must_use]
    pub fn local(endpoint: &str, config: &QueueConfig) -> Self {
        let local = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(endpoint);
        Self::from_builder(local, config)
    }

    fn from_builder(builder: aws_sdk_sqs::config::Builder, config: &QueueConfig) -> Self {
        Self { client: Client::from_conf(for_sending(builder, config.send_timeout)), url: config.url.as_str().into() }
    }

    /// Sends a message. Retries once when the connection was closed, which happens regularly while
    /// Lambda has frozen the function.
    ///
    /// # Errors
    /// SQS does not respond in time, or rejects the message. After a timeout, the message may be in
    /// the queue.
    pub async fn send(&self, body: &str) -> Result<(), QueueUnavailable> {
        let message = self.client.send_message().queue_url(&*self.url).message_body(body);
        message.send().await.map(drop).map_err(|error| QueueUnavailable(Arc::new(error)))
    }

    /// Sends messages in batches of ten, one batch after another. Timeouts and retries are those of
    /// [`Queue::send`].
    ///
    /// # Errors
    /// SQS does not respond in time, or rejects a message. Some messages may be in the queue.
    pub async fn send_all(&self, bodies: &[String]) -> Result<(), QueueUnavailable> {
        for batch in bodies.chunks(MAX_BATCH_SIZE) {
            let entry = |(index, body): (usize, &String)| {
                SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body).build()
            };
            let entries = batch.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>();
            let entries = entries.map_err(|error| QueueUnavailable(Arc::new(error)))?;
            let request = self.client.send_message_batch().queue_url(&*self.url).set_entries(Some(entries));
            let sent = Box::pin(request.send()).await.map_err(|error| QueueUnavailable(Arc::new(error)))?;
            // The call succeeds even if some of its messages were rejected.
            if let Some(rejected) = sent.failed().first() {
                return Err(QueueUnavailable(Arc::new(Rejected(rejected.code().to_owned()))));
            }
        }
        Ok(())
    }

    /// Opens the connection during init, so that the first message does not have to. Failure is
    /// harmless. A role without `sqs:GetQueueAttributes` is rejected only after the connection is
    /// open.
    pub async fn warm_up(&self) {
        let _failure_is_harmless = timeout(WARM_UP_TIMEOUT, self.probe()).await;
    }

    /// Checks that the queue is available, by reading its depth. SQS bills this like sending a
    /// message.
    ///
    /// # Errors
    /// SQS does not respond within a second, or rejects the call.
    pub async fn probe(&self) -> Result<(), QueueUnavailable> {
        let depth = QueueAttributeName::ApproximateNumberOfMessages;
        let probe = self.client.get_queue_attributes().queue_url(&*self.url).attribute_names(depth);
        let timeouts = TimeoutConfig::builder().operation_timeout(PROBE_TIMEOUT).build();
        let config = aws_sdk_sqs::Config::builder().timeout_config(timeouts).retry_config(RetryConfig::disabled());
        probe
            .customize()
            .config_override(config)
            .send()
            .await
            .map(drop)
            .map_err(|error| QueueUnavailable(Arc::new(error)))
    }
}

/// SQS accepted a batch but rejected at least one of its messages.
#[derive(Debug, thiserror::Error)]
#[error("a message was rejected: {0}")]
struct Rejected(String);

/// The configuration for sending within `total`. An attempt without a response may use three
/// quarters of it. A closed connection fails at once and leaves time for a second attempt.
fn for_sending(builder: aws_sdk_sqs::config::Builder, total: Duration) -> aws_sdk_sqs::Config {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(total * 3 / 4).operation_timeout(total).build();
    let retries = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(10));
    builder.timeout_config(timeouts).retry_config(retries).build()
}
