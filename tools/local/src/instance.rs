//! One instance of a function: one process at a time, which takes one request at a time.

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

use crate::{environment::Environment, logs::FunctionLog, settings, supervise::Supervisor};

/// A process that gives up sooner than this, for want of a setting say, would do so again. It is started again when it
/// has been compiled anew.
const TOO_SOON: Duration = Duration::from_secs(5);

/// What all instances share.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) supervisor: Supervisor,
    pub(crate) log: FunctionLog,
    /// Hears of each process that gave up soon after its start.
    pub(crate) gave_up: mpsc::UnboundedSender<String>,
}

pub(crate) struct Instance {
    pub(crate) host: Host,
    pub(crate) function: String,
    pub(crate) environment: Environment,
    /// The program. A new value asks for a new process.
    pub(crate) binary: watch::Receiver<PathBuf>,
}

impl Instance {
    /// Until the stack stops: start, wait for the end or for a newer program, start again.
    pub(crate) async fn run(mut self) {
        while !self.host.supervisor.is_stopping() {
            let started = Instant::now();
            let (end, by_itself) = match self.once().await {
                Ok(None) => continue,
                Ok(Some(status)) => (status.to_string(), status.code().is_some()),
                Err(error) => (format!("{error:#}"), true),
            };
            if self.host.supervisor.is_stopping() {
                return;
            }
            let end = format!("{} ended ({end})", self.function);
            self.host.log.write(&end);
            if by_itself && started.elapsed() < TOO_SOON {
                let _nobody_asks_once_the_stack_is_up = self.host.gave_up.send(end);
                if self.binary.changed().await.is_err() {
                    return;
                }
            }
        }
    }

    /// Runs one process. None when a newer program is there.
    async fn once(&mut self) -> Result<Option<ExitStatus>> {
        let mut command = Command::new(self.binary.borrow_and_update().clone());
        for name in settings::aws_variables() {
            command.env_remove(name);
        }
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.envs(environment).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = self.host.supervisor.start(&mut command)?;
        let last_words = self.host.log.follow(&self.function, process.child());
        tokio::select! {
            status = process.ended() => {
                let _written = last_words.await;
                Ok(status)
            }
            _ = self.binary.changed() => {
                process.kill().await;
                Ok(None)
            }
        }
    }
}
