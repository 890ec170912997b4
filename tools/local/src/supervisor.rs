//! Starts processes and registers them with the [`Reaper`]. Each gets its own process group: Ctrl-C
//! reaches only this program, which then stops the others in order.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use anyhow::{Context, Result, anyhow};
use tokio::{
    process::{Child, Command},
    sync::{mpsc, watch},
};

use crate::{logs, reaper::Reaper, terminal};

/// Starts processes and reports when required ones exit.
#[derive(Clone)]
pub(crate) struct Supervisor {
    reaper: Reaper,
    stopping: watch::Receiver<bool>,
    failures: mpsc::UnboundedSender<anyhow::Error>,
}

/// A running process.
pub(crate) struct Process {
    child: Child,
    group: u32,
    reaper: Reaper,
}

impl Supervisor {
    pub(crate) fn new(
        reaper: Reaper,
        stopping: watch::Receiver<bool>,
        failures: mpsc::UnboundedSender<anyhow::Error>,
    ) -> Self {
        Self { reaper, stopping, failures }
    }

    /// Whether the stack is stopping, so that the exit of a process is expected.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Starts a process whose exit the caller handles.
    pub(crate) fn spawn(&self, command: &mut Command) -> Result<Process> {
        command.process_group(0).stdin(Stdio::null()).kill_on_drop(true);
        let program = command.as_std().get_program().to_owned();
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let group = child.id().context("the process has already ended")?;
        self.reaper.add(group);
        Ok(Process { child, group, reaper: self.reaper.clone() })
    }

    /// Starts a process that the stack requires. Its output replaces the contents of the file
    /// `log`. When it exits, the stack stops and prints the last lines of the log.
    pub(crate) fn spawn_required(&self, name: &'static str, command: &mut Command, log: PathBuf) -> Result<()> {
        let failures = self.failures.clone();
        self.spawn_logged(command, &log.clone(), move |status| {
            let _receiver_may_be_gone = failures.send(anyhow!("{}", describe_exit(name, status, &log)));
        })
    }

    /// Like [`Supervisor::spawn_required`], for a process that the stack can do without. When it
    /// exits, `advice` is printed and the stack continues.
    pub(crate) fn spawn_optional(
        &self,
        name: &'static str,
        command: &mut Command,
        log: &Path,
        advice: &'static str,
    ) -> Result<()> {
        let path = log.to_owned();
        self.spawn_logged(command, log, move |status| {
            terminal::print(&format!("{}\n{advice}", describe_exit(name, status, &path)));
        })
    }

    fn spawn_logged(
        &self,
        command: &mut Command,
        log: &Path,
        on_exit: impl FnOnce(Option<ExitStatus>) + Send + 'static,
    ) -> Result<()> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut process = self.spawn(command)?;
        let supervisor = self.clone();
        tokio::spawn(async move {
            let status = process.wait().await;
            if !supervisor.is_stopping() {
                on_exit(status);
            }
        });
        Ok(())
    }
}

impl Process {
    /// Waits for the process to exit. Cancel safe.
    pub(crate) async fn wait(&mut self) -> Option<ExitStatus> {
        let status = self.child.wait().await;
        self.reaper.remove(self.group);
        status.ok()
    }

    /// Kills the process at once. For functions and compilers, which hold no state that must be
    /// saved.
    pub(crate) async fn kill(&mut self) {
        let _already_gone = self.child.start_kill();
        self.wait().await;
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

fn describe_exit(name: &str, status: Option<ExitStatus>, log: &Path) -> String {
    let status = status.map_or_else(|| String::from("unknown status"), |status| status.to_string());
    format!("{name} exited ({status}). Last lines of {}:\n{}", log.display(), logs::tail(log))
}
