//! The local stack. `local run` is what `make run` starts: everything that AWS does for the deployed system, on one
//! machine, without Docker and without an account. `docs/LOCAL_STACK.md` describes it for its users.
//!
//! Read it in this order: [`run`] (what happens, step by step), [`settings`], [`folder`] and [`ports`] (where),
//! [`secrets`] and [`keys`]; then one file per part of the stack ([`dynamodb`], [`redis`], [`sqs`], [`gateway`],
//! [`catalog`], [`functions`] with [`instance`] and [`environment`]); [`triggers`] (what invokes functions besides
//! requests: [`event_source`] and [`schedule`], through [`queue`] and [`invoke`]), [`dlq`] and [`upstreams`]; then [`supervise`] and
//! [`guard`] (nothing outlives the stack) and [`compile`] and [`reload`] (an edited handler is taken up at once).

mod catalog;
mod compile;
mod dlq;
mod dynamodb;
mod environment;
mod event_source;
mod folder;
mod functions;
mod gateway;
mod guard;
mod instance;
mod invoke;
mod keys;
mod logs;
mod ports;
mod queue;
mod redis;
mod reload;
mod run;
mod schedule;
mod secrets;
mod settings;
mod signals;
mod sqs;
mod supervise;
#[cfg(test)]
mod support;
mod terminal;
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
        "keys" => print_keys(first),
        "dlq" => dlq::main(first, second).await,
        "upstreams" => upstreams::main(first).await,
        guard::COMMAND => guard::main(),
        _ => bail!(USAGE),
    }
}

/// A new key pair beside the one that is published now. Nothing is stored.
fn print_keys(old_set: &str) -> Result<()> {
    terminal::say(&keys::rotated(old_set)?.to_string());
    Ok(())
}

/// New secrets for a deployment, as `aws secretsmanager create-secret --secret-string` takes them. Nothing is stored.
fn print_secrets() -> Result<()> {
    terminal::say(&serde_json::to_string(&keys::NewSecrets::generate()?)?);
    Ok(())
}
