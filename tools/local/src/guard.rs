//! Nothing that the stack starts outlives it, not even when the stack is killed with `kill -9` and cannot clean up.
//!
//! The guard is a second process that holds the reading end of a pipe. The stack tells it which process groups it
//! started and which ended; when the pipe closes, for whatever reason, the guard ends the groups that are left, and then
//! itself. An orderly stop is the same thing: the stack closes the pipe and waits. So the way that is hard to test is
//! the way that every Ctrl-C takes.

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

/// The guard is this program with this argument; not for people to call.
pub(crate) const COMMAND: &str = "guard";

/// Time to end in an orderly way: Redis and SQS write their last bytes well within it.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// The stack's end of the pipe.
#[derive(Clone)]
pub(crate) struct Guard(Arc<Mutex<Option<std::process::ChildStdin>>>);

impl Guard {
    /// Starts the guard, in a process group of its own so that Ctrl-C does not reach it. Its output is closed: whoever
    /// reads the stack's output through a pipe sees the end of it when the stack ends.
    pub(crate) fn start() -> Result<(Self, Child)> {
        let mut command = tokio::process::Command::new(env::current_exe()?);
        command.arg(COMMAND).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().context("cannot start the guard process")?;
        let pipe = child.stdin.take().context("the guard has no pipe")?.into_owned_fd()?;
        Ok((Self(Arc::new(Mutex::new(Some(pipe.into())))), child))
    }

    /// The process group `group` runs.
    pub(crate) fn watch(&self, group: u32) {
        self.tell('+', group);
    }

    /// It has ended; its number may soon be somebody else's.
    pub(crate) fn forget(&self, group: u32) {
        self.tell('-', group);
    }

    fn tell(&self, sign: char, group: u32) {
        let mut pipe = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = pipe.as_mut() {
            let _guard_is_gone = writeln!(pipe, "{sign}{group}");
        }
    }

    /// Ends everything that was started, and waits until it has.
    pub(crate) async fn stop_all(&self, mut process: Child) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
        let _ends_within_its_grace = timeout(GRACE + Duration::from_secs(1), process.wait()).await;
    }
}

/// What the guard process does.
pub(crate) fn main() -> Result<()> {
    let mut groups = Vec::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let Some((sign, group)) = line.split_at_checked(1) else {
            continue;
        };
        let Some(group) = group.parse().ok().and_then(Pid::from_raw) else {
            continue;
        };
        groups.retain(|known| *known != group);
        if sign == "+" {
            groups.push(group);
        }
    }
    end(groups);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a process of its own, which has nothing else to do while it waits")]
fn end(mut groups: Vec<Pid>) {
    let started = Instant::now();
    // The last to start is the first to end: functions before what they talk to.
    groups.reverse();
    signal(&groups, Signal::TERM);
    while !groups.is_empty() && started.elapsed() < GRACE {
        thread::sleep(Duration::from_millis(20));
        groups.retain(|group| test_kill_process_group(*group).is_ok());
    }
    signal(&groups, Signal::KILL);
}

fn signal(groups: &[Pid], signal: Signal) {
    for group in groups {
        let _already_gone = kill_process_group(*group, signal);
    }
}
