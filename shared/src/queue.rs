//! Queues. The only place with the SQS SDK.

use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::{
    Client,
    config::Credentials,
    types::{QueueAttributeName, SendMessageBatchRequestEntry},
};
use tokio::time::timeout;

use crate::{config::QueueConfig, domain::Cause};

mod batch;

pub use batch::{Batch, BatchReport, Message};

const CONNECT: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_millis(900);

/// A handle to a queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
    send_within: Duration,
}

/// The queue does not answer, or refuses.
#[derive(Debug, thiserror::Error)]
#[error("the queue is unavailable")]
pub struct Unavailable(#[source] Cause);

impl Queue {
    /// The configured queue; region, credentials and endpoint as the SDK found them.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: QueueConfig) -> Self {
        Self {
            client: client(aws_sdk_sqs::config::Builder::from(sdk)),
            url: config.url,
            send_within: config.send_within,
        }
    }

    /// A queue behind an SQS API on this machine. For tests.
    #[must_use]
    pub fn local(endpoint: &str, config: QueueConfig) -> Self {
        let local = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(endpoint);
        Self { client: client(local), url: config.url, send_within: config.send_within }
    }

    /// Sends a message: one call, and a second one when the connection was closed under us, as happens while Lambda freezes
    /// the function. A message whose answer is lost may be in the queue.
    ///
    /// # Errors
    /// The queue does not answer in time, or refuses.
    pub async fn send(&self, body: &str) -> Result<(), Unavailable> {
        let message = self.client.send_message().queue_url(&self.url).message_body(body);
        let sent = message.customize().config_override(in_time(self.send_within)).send().await;
        sent.map(drop).map_err(|error| Unavailable(Arc::new(error)))
    }

    /// Sends messages, ten in one call and one call after the other, each as [`Queue::send`] does.
    ///
    /// # Errors
    /// The queue does not answer in time, or refuses; some messages may be in it.
    pub async fn send_all(&self, bodies: &[String]) -> Result<(), Unavailable> {
        for ten in bodies.chunks(10) {
            let entry = |(at, body): (usize, &String)| {
                SendMessageBatchRequestEntry::builder().id(at.to_string()).message_body(body).build()
            };
            let entries = ten.iter().enumerate().map(entry).collect::<Result<Vec<_>, _>>();
            let entries = entries.map_err(|error| Unavailable(Arc::new(error)))?;
            let batch = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
            let sent = batch.customize().config_override(in_time(self.send_within)).send();
            let sent = Box::pin(sent).await.map_err(|error| Unavailable(Arc::new(error)))?;
            // A batch is answered with success also when some of it failed.
            if let Some(refused) = sent.failed().first() {
                return Err(Unavailable(Arc::new(Refused(refused.code().to_owned()))));
            }
        }
        Ok(())
    }

    /// Opens the connection during init, so that the first message does not wait for it. Failure does no harm, nor does a
    /// role that may not ask for the depth: it is refused after the connection stands.
    pub async fn warm_up(&self) {
        const BOUND: Duration = Duration::from_millis(300);
        let _outcome_does_not_matter = timeout(BOUND, self.probe()).await;
    }

    /// Asks for the queue's depth, which SQS counts like a message sent.
    ///
    /// # Errors
    /// The queue does not answer within a second, or refuses.
    pub async fn probe(&self) -> Result<(), Unavailable> {
        let depth = QueueAttributeName::ApproximateNumberOfMessages;
        let probe = self.client.get_queue_attributes().queue_url(&self.url).attribute_names(depth);
        probe.send().await.map(drop).map_err(|error| Unavailable(Arc::new(error)))
    }
}

/// The queue took a batch and not all of its messages.
#[derive(Debug, thiserror::Error)]
#[error("a message was refused: {0}")]
struct Refused(String);

/// A try that gets no answer takes three quarters of the time; one whose connection was closed leaves time for a second.
fn in_time(whole: Duration) -> aws_sdk_sqs::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(whole / 2)
        .operation_attempt_timeout(whole * 3 / 4)
        .operation_timeout(whole)
        .build();
    let retries = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(10));
    aws_sdk_sqs::Config::builder().timeout_config(timeouts).retry_config(retries)
}

fn client(config: aws_sdk_sqs::config::Builder) -> Client {
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(ANSWER).build();
    Client::from_conf(config.timeout_config(timeouts).retry_config(RetryConfig::disabled()).build())
}
