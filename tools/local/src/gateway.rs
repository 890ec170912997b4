//! API Gateway and the Lambda Runtime API: `cargo lambda watch`, with the routes from the workspace's `Cargo.toml`
//! (`[workspace.metadata.lambda.watch.router]`).
//!
//! It could also start the functions, and does for smaller projects. Here it would not do: it watches the whole tree
//! once per process (`.venv` and `target/` included; some fifty functions pass the usual limits of inotify), runs
//! `cargo run` once per process and change, and leaves a function that ended, and every caller waiting for it, to
//! themselves. So it gets `--only-lambda-apis`, and [`crate::functions`] starts them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::{folder::Folder, ports::Port, supervise::Supervisor, terminal::Step, wait};

pub(crate) async fn start(supervisor: &Supervisor, folder: &Folder, port: Port) -> Result<()> {
    let mut command = Command::new(".venv/bin/cargo-lambda");
    command.args(["lambda", "watch", "--only-lambda-apis", "--disable-cors"]);
    command.args([
        "--invoke-address",
        "127.0.0.1",
        "--invoke-port",
        &port.number.to_string(),
    ]);
    supervisor.keep("cargo lambda watch", &mut command, folder.log("gateway"))?;
    ensure!(
        wait::until(Duration::from_secs(30), async || port.answers()).await,
        "cargo lambda watch does not answer"
    );
    Ok(())
}

/// Where a function asks for its next event.
pub(crate) fn runtime_api(port: Port, function: &str) -> String {
    format!("http://{port}/.rt/{function}")
}

/// Waits until the API says that it can serve.
pub(crate) async fn ready(port: Port) -> Result<()> {
    const LIMIT: Duration = Duration::from_mins(1);
    let step = Step::start("waiting for GET /v1/health/ready");
    let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
    let url = format!("http://{port}/v1/health/ready");
    let mut last = String::from("no answer");
    let ready = wait::until(LIMIT, async || {
        let answer = client.get(&url).send().await;
        last = answer.map_or_else(
            |error| format!("{:#}", anyhow::Error::from(error)),
            |answer| answer.status().to_string(),
        );
        last.starts_with("200")
    });
    if ready.await {
        step.done();
        return Ok(());
    }
    Err(anyhow::Error::msg(last)).with_context(|| format!("the API was not ready after {} s", LIMIT.as_secs()))
}
