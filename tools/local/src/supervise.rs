//! Starting processes so that none is forgotten: each gets a process group of its own (Ctrl-C reaches only this
//! program, which then stops the rest in an orderly way) and is known to the [`Guard`].

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

use crate::{guard::Guard, logs, terminal};

/// Starts processes and notices when they end.
#[derive(Clone)]
pub(crate) struct Supervisor {
    guard: Guard,
    stopping: watch::Receiver<bool>,
    deaths: mpsc::UnboundedSender<anyhow::Error>,
}

/// A running process.
pub(crate) struct Process {
    child: Child,
    group: u32,
    guard: Guard,
}

impl Supervisor {
    pub(crate) fn new(
        guard: Guard,
        stopping: watch::Receiver<bool>,
        deaths: mpsc::UnboundedSender<anyhow::Error>,
    ) -> Self {
        Self { guard, stopping, deaths }
    }

    /// Whether the stack is on its way down, so that a process that ends is no news.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Starts a process that the caller looks after.
    pub(crate) fn start(&self, command: &mut Command) -> Result<Process> {
        command.process_group(0).stdin(Stdio::null()).kill_on_drop(true);
        let program = command.as_std().get_program().to_owned();
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let group = child.id().context("a process ended before it began")?;
        self.guard.watch(group);
        Ok(Process { child, group, guard: self.guard.clone() })
    }

    /// Starts a process that the stack cannot do without. Its output goes to the file `log`, which keeps the last run
    /// only; when it ends, the stack ends, showing the log's last lines.
    pub(crate) fn keep(&self, name: &'static str, command: &mut Command, log: PathBuf) -> Result<()> {
        let deaths = self.deaths.clone();
        self.watch(command, &log.clone(), move |status| {
            let _main_is_gone = deaths.send(anyhow!("{}", death(name, status, &log)));
        })
    }

    /// Like [`Supervisor::keep`], for a process that the stack can do without: `advice` says what to do when it has ended.
    pub(crate) fn spare(
        &self,
        name: &'static str,
        command: &mut Command,
        log: &Path,
        advice: &'static str,
    ) -> Result<()> {
        let at = log.to_owned();
        self.watch(command, log, move |status| terminal::say(&format!("{}\n{advice}", death(name, status, &at))))
    }

    fn watch(
        &self,
        command: &mut Command,
        log: &Path,
        ended: impl FnOnce(Option<ExitStatus>) + Send + 'static,
    ) -> Result<()> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut process = self.start(command)?;
        let supervisor = self.clone();
        tokio::spawn(async move {
            let status = process.ended().await;
            if !supervisor.is_stopping() {
                ended(status);
            }
        });
        Ok(())
    }
}

impl Process {
    /// Waits for the process to end. May be cancelled and called again.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.wait().await;
        self.guard.forget(self.group);
        status.ok()
    }

    /// Ends the process at once. For functions and compilers, which keep nothing in memory that matters.
    pub(crate) async fn kill(&mut self) {
        let _already_gone = self.child.start_kill();
        self.ended().await;
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }
}

fn death(name: &str, status: Option<ExitStatus>, log: &Path) -> String {
    let status = status.map_or_else(|| String::from("for an unknown reason"), |status| format!("with {status}"));
    format!("{name} ended {status}; the end of {}:\n{}", log.display(), logs::tail(log))
}
