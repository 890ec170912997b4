//! The variables that functions are started with: what `template.yaml` sets, and what Lambda itself sets. Whatever else
//! the caller's environment holds reaches them too, so that `make run LOG_LEVEL=debug` works.

use crate::{
    dynamodb, redis,
    settings::Settings,
    sqs::{self, Queues},
};

/// Names and values.
pub(crate) type Environment = Vec<(String, String)>;

/// As `template.yaml` sets it. The endpoints and the keys of AWS are the SDK's own variables:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>.
pub(crate) fn of_stack(settings: &Settings, secrets: Environment, queues: &Queues) -> Environment {
    let sqs = settings.sqs_for_functions.clone().unwrap_or_else(|| sqs::endpoint(settings.sqs));
    let own = [
        ("AWS_REGION", "us-east-1".into()),
        ("AWS_ACCESS_KEY_ID", "local".into()),
        ("AWS_SECRET_ACCESS_KEY", "local".into()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb::endpoint(settings.dynamodb)),
        ("AWS_ENDPOINT_URL_SQS", sqs),
        ("TABLE_NAME", dynamodb::TABLE.into()),
        ("REDIS_URL", redis::url(settings.redis)),
        ("AUDIT_QUEUE_URL", queues.audit.url.clone()),
        ("CATALOG_QUEUE_URL", queues.catalog.url.clone()),
        ("CATALOG_KIND", settings.catalog_kind.to_string()),
        ("CATALOG_URL", settings.catalog_url.clone()),
        ("IMAGE_SOURCES", format!("https: http://{}", settings.catalog)),
        ("JWT_ISSUER", format!("http://{}", settings.api)),
        ("JWT_AUDIENCE", "watchlist".into()),
    ];
    named(own).chain(secrets).collect()
}

/// With what Lambda adds: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
pub(crate) fn of_function(stack: &Environment, function: &str, runtime_api: String) -> Environment {
    let lambda = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", function.into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".into()),
    ];
    stack.iter().cloned().chain(named(lambda)).collect()
}

fn named<const N: usize>(variables: [(&str, String); N]) -> impl Iterator<Item = (String, String)> {
    variables.map(|(name, value)| (name.to_owned(), value)).into_iter()
}
