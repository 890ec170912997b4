//! One instance of a function: one process at a time, which handles one request at a time.

use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{
    process::Command,
    sync::{mpsc, watch},
};

use super::environment::Environment;
use crate::{logs::FunctionLog, settings, supervisor::Supervisor};

/// A process that exits sooner than this, for example because a setting is missing, would do so
/// again. It is started again only after the next build.
const EARLY_EXIT: Duration = Duration::from_secs(5);

/// Shared by all instances.
#[derive(Clone)]
pub(crate) struct InstanceContext {
    pub(crate) supervisor: Supervisor,
    pub(crate) log: FunctionLog,
    /// Receives a message for each process that exits by itself right after its start.
    pub(crate) early_exits: mpsc::UnboundedSender<String>,
}

pub(crate) struct Instance {
    pub(crate) context: InstanceContext,
    pub(crate) function: String,
    pub(crate) environment: Environment,
    /// The path of the binary. A new value restarts the process.
    pub(crate) binary: watch::Receiver<PathBuf>,
}

/// Why a process ended without a new binary.
struct Exit {
    reason: String,
    /// Whether the process exited by itself, or never started. `false` when a signal killed it.
    is_voluntary: bool,
}

impl Instance {
    /// Starts the process again whenever it exits or its binary changes, until the stack stops.
    pub(crate) async fn run(mut self) {
        while !self.context.supervisor.is_stopping() {
            let started = Instant::now();
            let Some(exit) = self.run_process().await else { continue };
            if self.context.supervisor.is_stopping() {
                return;
            }
            let message = format!("{} exited ({})", self.function, exit.reason);
            self.context.log.write(&message);
            if exit.is_voluntary && started.elapsed() < EARLY_EXIT {
                let _no_receiver_once_the_stack_is_ready = self.context.early_exits.send(message);
                if self.binary.changed().await.is_err() {
                    return;
                }
            }
        }
    }

    /// Runs one process. Returns `None` when the binary has changed.
    async fn run_process(&mut self) -> Option<Exit> {
        match self.run_until_exit().await {
            Ok(Some(status)) => Some(Exit { reason: status.to_string(), is_voluntary: status.code().is_some() }),
            Ok(None) => None,
            Err(error) => Some(Exit { reason: format!("{error:#}"), is_voluntary: true }),
        }
    }

    async fn run_until_exit(&mut self) -> Result<Option<ExitStatus>> {
        let mut command = Command::new(self.binary.borrow_and_update().clone());
        for name in settings::aws_variables() {
            command.env_remove(name);
        }
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.envs(environment).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = self.context.supervisor.spawn(&mut command)?;
        let output = self.context.log.capture(&self.function, process.child());
        tokio::select! {
            status = process.wait() => {
                let _all_output_is_written = output.await;
                Ok(status)
            }
            _ = self.binary.changed() => {
                process.kill().await;
                Ok(None)
            }
        }
    }
}
