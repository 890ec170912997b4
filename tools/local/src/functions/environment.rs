//! The environment variables of the functions: those that `template.yaml` sets and those that
//! Lambda sets. The functions also inherit the variables of `make run`, such as `LOG_LEVEL`.

use crate::{
    dynamodb, redis,
    settings::Settings,
    sqs::{self, Queues},
};

/// Names and values.
pub(crate) type Environment = Vec<(String, String)>;

/// The variables that all functions share, as `template.yaml` sets them. The endpoints and AWS
/// credentials are variables of the SDK:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>.
pub(crate) fn shared(settings: &Settings, secrets: Environment, queues: &Queues) -> Environment {
    let sqs = settings.sqs_for_functions.clone().unwrap_or_else(|| sqs::endpoint(settings.sqs));
    let variables = [
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
    owned(variables).chain(secrets).collect()
}

/// The shared variables and those that Lambda adds for one function:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
pub(crate) fn of_function(shared: &Environment, function: &str, runtime_api: String) -> Environment {
    let lambda = [
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", function.into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".into()),
    ];
    shared.iter().cloned().chain(owned(lambda)).collect()
}

fn owned<const N: usize>(variables: [(&str, String); N]) -> impl Iterator<Item = (String, String)> {
    variables.map(|(name, value)| (name.to_owned(), value)).into_iter()
}
