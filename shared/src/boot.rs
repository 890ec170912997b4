//! From the environment to a running function. The only place that reads the environment and knows `lambda_http`.
//!
//! A function's `main` is one call: [`run`] with the function's router. The router's argument says what the function
//! [holds](crate::holds), and each part of it is built here, once, during init.

mod environment;
mod event;
mod parts;

use axum::Router;

pub use environment::{Environment, Error, FromEnvironment};

use crate::{config::Variables, telemetry};

/// Why a function ends: it could not start, or the Lambda runtime API is gone.
pub type RunError = lambda_http::Error;

/// Builds the function's parts and serves until Lambda ends the process.
///
/// # Errors
/// A variable is missing or makes no sense: the function does not start, and says which. Or the Lambda runtime API is
/// gone.
pub async fn run<P: FromEnvironment>(router: impl FnOnce(P) -> Router) -> Result<(), RunError> {
    let variables = process_variables();
    telemetry::init(&variables);
    let environment = Environment::new(variables);
    let parts = match P::from_environment(&environment).await {
        Ok(parts) => parts,
        Err(error) => {
            tracing::error!(%error, "the function cannot start");
            return Err(error.into());
        }
    };
    environment.warm_up().await;
    lambda_http::run_concurrent(event::with_source(router(parts))).await
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn process_variables() -> Variables {
    std::env::vars().collect()
}
