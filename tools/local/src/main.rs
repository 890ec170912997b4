//! The local stack. `local run`, which `make run` starts, provides every AWS service that the
//! deployed system uses, on one machine, without Docker and without an AWS account.
//! `docs/LOCAL_STACK.md` is its user guide.
//!
//! Reading order:
//!
//! 1. [`run`]: the start, step by step, with [`settings`], [`data_dir`], [`ports`],
//!    [`secrets_file`] and [`keys`].
//! 2. [`functions`]: builds, starts and restarts the functions.
//! 3. One file per service: [`dynamodb`], [`redis`], [`sqs`], [`gateway`], [`mock_catalog`].
//! 4. [`triggers`]: starts the [`event_source`] mappings and [`schedule`]s, which use
//!    [`sqs_client`] and [`invoke`].
//! 5. [`supervisor`] and [`reaper`]: no process outlives the stack.
//! 6. [`dlq`] and [`upstreams`]: further commands of the program.

mod data_dir;
mod dlq;
mod dynamodb;
mod event_source;
mod functions;
mod gateway;
mod http_client;
mod invoke;
mod keys;
mod logs;
mod mock_catalog;
mod ports;
mod reaper;
mod redis;
mod run;
mod schedule;
mod secrets_file;
mod settings;
mod signals;
mod sqs;
mod sqs_client;
mod supervisor;
mod terminal;
#[cfg(test)]
mod test_support;
mod triggers;
mod upstreams;
mod wait;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str =
    "usage: local run | local secrets | local keys PUBLIC_KEYS | local dlq QUEUE [redrive] | local upstreams PORT";

#[tokio::main]
async fn main() -> ExitCode {
    let argument = |position| std::env::args().nth(position).unwrap_or_default();
    match dispatch(&argument(1), &argument(2), &argument(3)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(command: &str, first: &str, second: &str) -> Result<()> {
    match command {
        "run" => run::run().await,
        "secrets" => print_secrets(),
        "keys" => print_rotated_keys(first),
        "dlq" => dlq::main(first, second).await,
        "upstreams" => upstreams::main(first).await,
        reaper::COMMAND => reaper::main(),
        _ => bail!(USAGE),
    }
}

/// Prints a new signing key and the key set to publish. Stores nothing.
fn print_rotated_keys(published_set: &str) -> Result<()> {
    terminal::print(&keys::rotate(published_set)?.to_string());
    Ok(())
}

/// Prints new secrets for a deployment in the format of `aws secretsmanager create-secret
/// --secret-string`. Stores nothing.
fn print_secrets() -> Result<()> {
    terminal::print(&serde_json::to_string(&keys::GeneratedSecrets::generate()?)?);
    Ok(())
}
