//! Stops the processes of the stack when it ends, even when it is killed with `kill -9` and cannot
//! clean up.
//!
//! The reaper is a second process that reads from a pipe. The stack writes the process groups that
//! it starts and those that have ended. When the pipe closes, for whatever reason, the reaper stops
//! the remaining groups and exits. An orderly shutdown uses the same path: the stack closes the
//! pipe and waits. So every Ctrl-C exercises the path that `kill -9` takes.

use std::{
    env,
    io::{BufRead, Write, stdin},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::{process::Child, time::timeout};

/// The argument that makes this program the reaper. Internal: it is not part of the usage text.
pub(crate) const COMMAND: &str = "reaper";

/// The time between SIGTERM and SIGKILL. Redis and SQS save their data well within it.
pub(crate) const GRACE_PERIOD: Duration = Duration::from_secs(3);

/// The stack's end of the pipe.
#[derive(Clone)]
pub(crate) struct Reaper(Arc<Mutex<Option<std::process::ChildStdin>>>);

impl Reaper {
    /// Starts the reaper in its own process group, which Ctrl-C does not reach. Its output is
    /// closed, so that a reader of the stack's output sees end of file when the stack ends.
    pub(crate) fn start() -> Result<(Self, Child)> {
        let mut command = tokio::process::Command::new(env::current_exe()?);
        command.arg(COMMAND).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the reaper process")?;
        let pipe = child.stdin.take().context("the reaper has no pipe")?.into_owned_fd()?;
        Ok((Self(Arc::new(Mutex::new(Some(pipe.into())))), child))
    }

    /// Adds a process group that has started.
    pub(crate) fn add(&self, group: u32) {
        self.send('+', group);
    }

    /// Removes a process group that has ended. The operating system may reuse its number.
    pub(crate) fn remove(&self, group: u32) {
        self.send('-', group);
    }

    fn send(&self, operation: char, group: u32) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            let _reaper_may_be_gone = writeln!(pipe, "{operation}{group}");
        }
    }

    /// Stops all process groups and waits until they have ended.
    pub(crate) async fn stop_all(&self, mut reaper_process: Child) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
        let _exits_within_the_grace_period =
            timeout(GRACE_PERIOD + Duration::from_secs(1), reaper_process.wait()).await;
    }
}

/// The main function of the reaper process.
pub(crate) fn main() -> Result<()> {
    let mut groups = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let Some((operation, group)) = line.split_at_checked(1) else {
            continue;
        };
        let Some(group) = group.parse().ok().and_then(Pid::from_raw) else {
            continue;
        };
        groups.retain(|known| *known != group);
        if operation == "+" {
            groups.push(group);
        }
    }
    stop(groups);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a separate process that has nothing else to do while it waits")]
fn stop(mut groups: Vec<Pid>) {
    let started = Instant::now();
    // The last group to start is the first to stop: functions before the services that they use.
    groups.reverse();
    signal_all(&groups, Signal::TERM);
    while !groups.is_empty() && started.elapsed() < GRACE_PERIOD {
        thread::sleep(Duration::from_millis(20));
        groups.retain(|group| test_kill_process_group(*group).is_ok());
    }
    signal_all(&groups, Signal::KILL);
}

fn signal_all(groups: &[Pid], signal: Signal) {
    for group in groups {
        let _already_gone = kill_process_group(*group, signal);
    }
}
