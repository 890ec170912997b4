//! Startup: from the environment variables to a running function. Only this module reads
//! environment variables and uses `lambda_http`.
//!
//! A function's `main` is one call: [`run`] with the function's router. The router's argument
//! declares the function's [dependencies](crate::dependencies), which are built during init.
//! `boot/dependencies.rs` builds each of them from the [`Environment`].

mod aws;
mod dependencies;
mod environment;
mod event;

use axum::Router;
use futures_util::future::LocalBoxFuture;
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use serde::{Serialize, de::DeserializeOwned};

pub use environment::{Build, Clients, Environment, Error, FromEnvironment};

use crate::{config::Variables, domain, http::ApiError, telemetry};

/// The reason why a function ended: it could not start, or the Lambda runtime API is unavailable.
pub type RunError = lambda_http::Error;

/// Builds the function's dependencies and serves requests until Lambda ends the process.
///
/// # Errors
/// A variable is missing or invalid; the log names it. Or the Lambda runtime API is unavailable.
pub async fn run<D: FromEnvironment>(router: impl FnOnce(D) -> Router) -> Result<(), RunError> {
    serve(router(start().await?)).await
}

/// Serves requests. Boxed, so that the runtime and the middleware are compiled once, in this crate,
/// and not in every function.
///
/// `lambda_http::run_concurrent` would also open a span around each request. No log line of this
/// project contains a span.
fn serve(router: Router) -> LocalBoxFuture<'static, Result<(), RunError>> {
    Box::pin(lambda_http::runtime_concurrent(event::with_source(router)).run_concurrent())
}

/// Runs a function without a route, which a queue, a schedule or an operator invokes. `task`
/// handles one event, which is JSON.
///
/// # Errors
/// Same errors as [`run`].
pub async fn run_invoked<D, E, R, F>(task: impl Fn(D, E) -> F) -> Result<(), RunError>
where
    D: FromEnvironment + Clone,
    E: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, domain::Error>>,
{
    let dependencies: D = start().await?;
    let serve = |event: LambdaEvent<E>| {
        // Boxed, because the future of a task is large and the runtime embeds it in its own.
        let result = Box::pin(task(dependencies.clone(), event.payload));
        async move { result.await.map_err(to_run_error) }
    };
    lambda_runtime::run(service_fn(serve)).await
}

/// Logs the error with its causes, and returns its message without them to the invoker.
fn to_run_error(error: domain::Error) -> RunError {
    let message = error.to_string();
    let detail = ApiError::from(error).log_detail();
    tracing::error!(error = message, detail, "the task failed");
    message.into()
}

async fn start<D: FromEnvironment>() -> Result<D, RunError> {
    let variables = process_variables();
    let logging = telemetry::init(&variables);
    let environment = Environment::new(variables);
    let dependencies = match logging {
        Ok(()) => environment.build().await,
        Err(error) => Err(error.into()),
    };
    match dependencies {
        Ok(dependencies) => {
            environment.warm_up().await;
            Ok(dependencies)
        }
        Err(error) => {
            tracing::error!(%error, "the function cannot start");
            Err(error.into())
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn process_variables() -> Variables {
    // All variables of this project are UTF-8; others are ignored.
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
