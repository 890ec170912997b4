//! The audit queue. The only place with the SQS SDK.
//!
//! So far it is only asked whether it is there, by `/v1/health/detailed`.

use std::{sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::{Client, config::Credentials, types::QueueAttributeName};

use crate::{config::QueueConfig, domain::Cause};

const CONNECT: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_millis(900);

/// A handle to the queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

/// The queue does not answer, or refuses.
#[derive(Debug, thiserror::Error)]
#[error("the queue is unavailable")]
pub struct Unavailable(#[source] Cause);

impl Queue {
    /// The configured queue; region, credentials and endpoint as the SDK found them.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: QueueConfig) -> Self {
        Self { client: client(aws_sdk_sqs::config::Builder::from(sdk)), url: config.url }
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
        Self { client: client(local), url: config.url }
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

fn client(config: aws_sdk_sqs::config::Builder) -> Client {
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(ANSWER).build();
    Client::from_conf(config.timeout_config(timeouts).retry_config(RetryConfig::disabled()).build())
}
