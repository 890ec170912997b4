//! One instance of a function: its process and the Runtime API that it polls.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use axum::body::Bytes;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    process::Process,
    runtime_api::{Call, RuntimeApi},
};

/// The limit for the init phase and for one invocation, as on Lambda and in `template.yaml`.
const LIMIT: Duration = Duration::from_secs(30);
/// The time in which a process becomes idle after it polled: it returns from the system call that
/// sent the poll, and waits.
const SETTLES: Duration = Duration::from_millis(2);

/// A process that waits for its next event.
pub(crate) struct Instance {
    pub(crate) process: Process,
    /// The cost of the time from `exec` to the first poll.
    pub(crate) init: Cost,
    runtime: RuntimeApi,
    /// The CPU time of the process up to the last measurement.
    measured: Duration,
}

/// CPU and elapsed time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    /// The time for which the process waited for a processor. Zero for requests.
    pub(crate) queued: Duration,
}

/// The response of a function and its cost.
pub(crate) struct Answer {
    pub(crate) cost: Cost,
    pub(crate) body: Bytes,
}

impl Instance {
    /// Starts a process and waits for its first poll.
    pub(crate) async fn start(command: Command, variables: &[(String, String)]) -> Result<Self> {
        let mut runtime = RuntimeApi::start().await?;
        let mut variables = variables.to_vec();
        variables.push(("AWS_LAMBDA_RUNTIME_API".to_owned(), runtime.address.clone()));
        let started = Instant::now();
        let process = Process::start(command, &variables)?;
        match timeout(LIMIT, runtime.call()).await {
            Ok(Call::Polled) => {}
            Ok(Call::Failed(error)) => bail!("the function does not start: {error}\n{}", process.output_end()),
            _ => bail!("the function does not start:\n{}", process.output_end()),
        }
        let wall = started.elapsed();
        settle().await;
        let measured = process.cpu();
        let init = Cost { cpu: measured, wall, queued: process.queued() };
        Ok(Self { process, init, runtime, measured })
    }

    /// Invokes the function. The CPU time is that from the last measurement to the next poll, so
    /// that work after the response counts.
    pub(crate) async fn invoke(&mut self, event: &Bytes) -> Result<Answer> {
        let sent = Instant::now();
        self.runtime.send(event.clone());
        let (mut response, mut polled) = (None, false);
        while response.is_none() || !polled {
            match timeout(LIMIT, self.runtime.call()).await {
                Ok(Call::Polled) => polled = true,
                Ok(Call::Responded { at, body }) => response = Some((at, body)),
                Ok(Call::Failed(error)) => bail!("the invocation failed: {error}\n{}", self.process.output_end()),
                Err(_) => bail!("the invocation timed out\n{}", self.process.output_end()),
            }
        }
        let (at, body) = response.context("no response")?;
        let cpu = self.process.cpu();
        let cost = Cost { cpu: cpu.saturating_sub(self.measured), wall: at - sent, queued: Duration::ZERO };
        self.measured = cpu;
        Ok(Answer { cost, body })
    }

    /// Excludes the CPU time up to now from the next measurement.
    pub(crate) async fn settle(&mut self) {
        settle().await;
        self.measured = self.process.cpu();
    }
}

impl Answer {
    /// Returns the response as JSON, after a check of its status: 2xx, or none if the function has
    /// no route.
    pub(crate) fn json(&self) -> Result<Value> {
        let response: Value = serde_json::from_slice(&self.body)?;
        let status = response["statusCode"].as_u64();
        ensure!(status.is_none_or(|status| (200..300).contains(&status)), "an unexpected response: {response}");
        Ok(response)
    }
}

#[expect(clippy::disallowed_methods, reason = "a process has no event that says that it is idle")]
async fn settle() {
    tokio::time::sleep(SETTLES).await;
}
