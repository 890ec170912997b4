use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{
    Client,
    config::{Credentials, retry::RetryPartition},
};

/// Every call ends within this time, retries included, so that a handler can still answer within three seconds.
const OPERATION: Duration = Duration::from_secs(2);
/// One attempt. DynamoDB answers within some ten milliseconds; whatever takes this long is lost.
const ATTEMPT: Duration = Duration::from_millis(900);
const CONNECT: Duration = Duration::from_millis(500);

/// A client for the table in the cloud, or wherever `AWS_ENDPOINT_URL_DYNAMODB` points.
pub(super) fn from_sdk_config(sdk: &SdkConfig) -> Client {
    Client::from_conf(bounded(aws_sdk_dynamodb::config::Builder::from(sdk)).build())
}

/// A client for a DynamoDB API on this machine.
pub(super) fn local(endpoint: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        // The retry budget is one for all clients of a partition in a process: tests that break their tables must not use
        // up the retries of the others.
        .retry_partition(RetryPartition::new(endpoint.to_owned()))
        .endpoint_url(endpoint);
    Client::from_conf(bounded(config).build())
}

/// Timeouts and retries. The SDK's standard mode backs off with jitter, and its retry budget keeps a throttled table
/// from being asked ever more often: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
fn bounded(config: aws_sdk_dynamodb::config::Builder) -> aws_sdk_dynamodb::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(ATTEMPT)
        .operation_timeout(OPERATION)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(400));
    config.timeout_config(timeouts).retry_config(retries)
}

/// For a write that must not be repeated after a lost answer.
pub(super) fn once() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}
