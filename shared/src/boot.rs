//! From the environment to a running function. The only place that reads the environment and knows `lambda_http`.
//!
//! A function's `main` is one call: [`run`] with the function's router. The router's argument says what the function
//! [holds](crate::holds), and each part of it is built here, once, during init.

mod environment;
mod event;
mod parts;

use axum::Router;
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use serde::{Serialize, de::DeserializeOwned};

pub use environment::{Environment, Error, FromEnvironment};

use crate::{config::Variables, domain, http::ApiError, telemetry};

/// Why a function ends: it could not start, or the Lambda runtime API is gone.
pub type RunError = lambda_http::Error;

/// Builds the function's parts and serves until Lambda ends the process.
///
/// # Errors
/// A variable is missing or makes no sense: the function does not start, and says which. Or the Lambda runtime API is
/// gone.
pub async fn run<P: FromEnvironment>(router: impl FnOnce(P) -> Router) -> Result<(), RunError> {
    lambda_http::run_concurrent(event::with_source(router(Box::pin(start()).await?))).await
}

/// Like [`run`], for a function that is invoked by hand: `task` takes its parts and the event, which is JSON.
///
/// # Errors
/// As for [`run`].
pub async fn run_invoked<P, E, R, F>(task: impl Fn(P, E) -> F) -> Result<(), RunError>
where
    P: FromEnvironment + Clone,
    E: DeserializeOwned,
    R: Serialize,
    F: Future<Output = Result<R, domain::Error>>,
{
    let parts: P = Box::pin(start()).await?;
    let serve = |event: LambdaEvent<E>| {
        // Boxed: the work may await much, and the runtime keeps it inside its own future.
        let work = Box::pin(task(parts.clone(), event.payload));
        async move { work.await.map_err(log_and_name) }
    };
    lambda_runtime::run(service_fn(serve)).await
}

/// Whoever invokes the function by hand learns what is wrong and nothing of the causes, which are logged.
fn log_and_name(error: domain::Error) -> RunError {
    let answer = error.to_string();
    let detail = ApiError::from(error).log_detail();
    tracing::error!(error = answer, detail, "the task failed");
    answer.into()
}

async fn start<P: FromEnvironment>() -> Result<P, RunError> {
    let variables = process_variables();
    let logging = telemetry::init(&variables);
    let environment = Environment::new(variables);
    let parts = match logging {
        Ok(()) => P::from_environment(&environment).await,
        Err(error) => Err(error.into()),
    };
    match parts {
        Ok(parts) => {
            environment.warm_up().await;
            Ok(parts)
        }
        Err(error) => {
            tracing::error!(%error, "the function cannot start");
            Err(error.into())
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn process_variables() -> Variables {
    // A variable that is not UTF-8 is none of ours.
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
