use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{
    Client,
    config::{Credentials, retry::RetryPartition},
};

/// The timeout of a call, retries included, so that a handler can still respond within three
/// seconds.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(2);
/// The timeout of one attempt. DynamoDB responds within tens of milliseconds, so a slower response
/// is considered lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(900);
/// Applies to a client of [`local`]; the connector of deployed clients has a timeout of its own.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// Creates a client of DynamoDB in the configured region, or of the endpoint in
/// `AWS_ENDPOINT_URL_DYNAMODB`.
pub(super) fn from_sdk_config(sdk: &SdkConfig) -> Client {
    Client::from_conf(with_limits(aws_sdk_dynamodb::config::Builder::from(sdk)).build())
}

/// Creates a client of a DynamoDB API on this machine.
pub(super) fn local(endpoint: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        // All clients of a retry partition in a process share one retry budget. Tests that make
        // their tables fail must not use up the budget of other tests.
        .retry_partition(RetryPartition::new(endpoint.to_owned()))
        .endpoint_url(endpoint);
    Client::from_conf(with_limits(config).build())
}

/// Sets timeouts and retries. The SDK's standard mode backs off with jitter, and its retry budget
/// limits the load on a throttled table:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
fn with_limits(config: aws_sdk_dynamodb::config::Builder) -> aws_sdk_dynamodb::config::Builder {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(400));
    config.timeout_config(timeouts).retry_config(retries)
}

/// A configuration for a write that must not be retried after a lost response.
pub(super) fn without_retries() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}
