//! API Gateway and the Lambda Runtime API: `cargo lambda watch`, with the routes from the workspace's `Cargo.toml`
//! (`[workspace.metadata.lambda.watch.router]`).
//!
//! It could also start the functions, and does for smaller projects. Here it would not do: it watches the whole tree
//! once per process (`.venv` and `target/` included; some fifty functions pass the usual limits of inotify), runs
//! `cargo run` once per process and change, and leaves a function that ended, and every caller waiting for it, to
//! themselves. So it gets `--only-lambda-apis`, and [`crate::functions`] starts them.

use std::{iter, time::Duration};

use anyhow::{Result, ensure};
use futures_util::future::try_join_all;
use shared::http::routes::{INVOKED, TRIGGERED};
use tokio::process::Command;

use crate::{folder::Folder, ports::Port, supervise::Supervisor, terminal::Step, wait};

pub(crate) async fn start(supervisor: &Supervisor, folder: &Folder, port: Port) -> Result<()> {
    let mut command = Command::new(".venv/bin/cargo-lambda");
    command.args(["lambda", "watch", "--only-lambda-apis", "--disable-cors"]);
    command.args(["--invoke-address", "127.0.0.1", "--invoke-port", &port.number.to_string()]);
    supervisor.keep("cargo lambda watch", &mut command, folder.log("gateway"))?;
    ensure!(wait::until(Duration::from_secs(30), async || port.answers()).await, "cargo lambda watch does not answer");
    Ok(())
}

/// Where a function asks for its next event.
pub(crate) fn runtime_api(port: Port, function: &str) -> String {
    format!("http://{port}/.rt/{function}")
}

/// Waits until the API says that it can serve and every function that takes requests has answered once. What it answers to a
/// request that is not for it does not matter.
pub(crate) async fn ready(port: Port, functions: impl Iterator<Item = &String>) -> Result<()> {
    let step = Step::start("waiting until every function answers");
    let ready = (format!("http://{port}/v1/health/ready"), true);
    let takes_requests = |name: &&String| !INVOKED.iter().chain(TRIGGERED).any(|other| other == name);
    let functions =
        functions.filter(takes_requests).map(|function| (format!("http://{port}/lambda-url/{function}/"), false));
    let questions = iter::once(ready).chain(functions);
    try_join_all(questions.map(|(url, must_succeed)| first_answer(url, must_succeed))).await?;
    step.done();
    Ok(())
}

/// Asks until there is an answer, of success if it must be.
async fn first_answer(url: String, must_succeed: bool) -> Result<()> {
    const LIMIT: Duration = Duration::from_mins(1);
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
    let mut last = String::new();
    let answered = wait::until(LIMIT, async || match client.get(&url).send().await {
        Ok(answer) => {
            last = answer.status().to_string();
            answer.status().is_success() || !must_succeed
        }
        Err(error) => {
            last = format!("{:#}", anyhow::Error::from(error));
            false
        }
    });
    ensure!(answered.await, "{url} did not answer as it should for {} s: {last}", LIMIT.as_secs());
    Ok(())
}
