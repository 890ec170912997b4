//! API Gateway and the Lambda Runtime API: `cargo lambda watch`, with the routes in the workspace's
//! `Cargo.toml` (`[workspace.metadata.lambda.watch.router]`).
//!
//! `cargo lambda watch` can also start the functions, which suits smaller projects. With some fifty
//! functions it does not:
//!
//! - Each process watches the whole tree, `.venv` and `target/` included, which exceeds the usual
//!   inotify limits.
//! - It runs `cargo run` once per function and change.
//! - It does not restart a function that has exited, and its callers wait forever.
//!
//! So it runs with `--only-lambda-apis`, and [`functions`](crate::functions) starts the processes.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use tokio::process::Command;

use crate::{
    data_dir::DataDir,
    functions::without_route::{INVOKED, TRIGGERED},
    http_client::http_client,
    ports::Port,
    supervisor::Supervisor,
    terminal::Step,
    wait,
};

/// The time limit for the first response of each function.
const FIRST_RESPONSE_TIMEOUT: Duration = Duration::from_mins(1);
/// The time limit for each of the requests that wait for it.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(5);

/// When a response shows that its function is ready.
#[derive(Clone, Copy)]
enum Accept {
    Success,
    AnyStatus,
}

pub(crate) async fn start(supervisor: &Supervisor, data_dir: &DataDir, port: Port) -> Result<()> {
    let mut command = Command::new(".venv/bin/cargo-lambda");
    command.args(["lambda", "watch", "--only-lambda-apis", "--disable-cors"]);
    command.args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.number.to_string()]);
    supervisor.spawn_required("cargo lambda watch", &mut command, data_dir.log("gateway"))?;
    let is_ready = wait::until(Duration::from_secs(30), async || port.accepts_connections()).await;
    ensure!(is_ready, "cargo lambda watch does not respond");
    Ok(())
}

/// The address of the Runtime API for a function, the value of `AWS_LAMBDA_RUNTIME_API`.
pub(crate) fn runtime_api(port: Port, function: &str) -> String {
    format!("http://{port}/.rt/{function}")
}

/// Waits until the readiness route succeeds and every function that serves HTTP requests has
/// responded once. The status of these responses is irrelevant, because the request matches no
/// route of the function.
pub(crate) async fn wait_until_ready(port: Port, functions: impl Iterator<Item = &String>) -> Result<()> {
    let step = Step::start("Waiting for every function to respond");
    let serves_http = |name: &&String| !INVOKED.iter().chain(TRIGGERED).any(|other| other == name);
    let functions = functions
        .filter(serves_http)
        .map(|function| first_response(format!("http://{port}/lambda-url/{function}/"), Accept::AnyStatus));
    let readiness = first_response(format!("http://{port}/v1/health/ready"), Accept::Success);
    let functions = try_join_all(functions);
    tokio::try_join!(readiness, functions)?;
    step.done();
    Ok(())
}

/// Repeats a request until an acceptable response arrives.
async fn first_response(url: String, accept: Accept) -> Result<()> {
    let client = http_client();
    let mut last = String::new();
    let is_ready =
        wait::until(FIRST_RESPONSE_TIMEOUT, async || match client.get(&url).timeout(RESPONSE_TIMEOUT).send().await {
            Ok(response) => {
                last = response.status().to_string();
                matches!(accept, Accept::AnyStatus) || response.status().is_success()
            }
            Err(error) => {
                last = format!("{:#}", anyhow::Error::from(error));
                false
            }
        });
    let seconds = FIRST_RESPONSE_TIMEOUT.as_secs();
    ensure!(is_ready.await, "{url} is not ready after {seconds} s: {last}");
    Ok(())
}
