//! A measured process: its CPU clock, its memory, its output and its signals.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use nix::{
    time::{ClockId, clock_getcpuclockid, clock_gettime},
    unistd::Pid as ClockPid,
};
use rustix::process::{Pid, Signal, kill_process};

/// A running process. Dropping the value kills it.
pub(crate) struct Process {
    child: Child,
    pub(crate) pid: Pid,
    clock: ClockId,
    output: Arc<Output>,
}

/// The standard output and standard error of a process.
#[derive(Default)]
struct Output {
    bytes: AtomicU64,
    /// The last part of it, for error messages.
    end: Mutex<Vec<u8>>,
}

/// Bytes of output that an error message contains at most.
const SHOWN: usize = 4096;

impl Process {
    /// Starts `command` with exactly these variables.
    pub(crate) fn start(mut command: Command, variables: &[(String, String)]) -> Result<Self> {
        command.env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program(&command).display()))?;
        let output = Arc::new(Output::default());
        read_all(child.stdout.take().context("no output")?, output.clone());
        read_all(child.stderr.take().context("no output")?, output.clone());
        let id = i32::try_from(child.id())?;
        let clock = clock_getcpuclockid(ClockPid::from_raw(id)).context("the process has no CPU clock")?;
        Ok(Self { child, pid: Pid::from_raw(id).context("a process id of 0")?, clock, output })
    }

    /// Returns the CPU time of all threads, including those that ended.
    pub(crate) fn cpu(&self) -> Duration {
        clock_gettime(self.clock).map(Duration::from).unwrap_or_default()
    }

    /// Returns the time for which the threads waited for a processor
    /// (<https://docs.kernel.org/scheduler/sched-stats.html>).
    pub(crate) fn queued(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid.as_raw_nonzero())).into_iter().flatten().flatten();
        let queued = |task: fs::DirEntry| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        Duration::from_nanos(tasks.filter_map(queued).sum())
    }

    /// Returns the current and the highest memory use (resident set) in KiB.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid.as_raw_nonzero()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no memory in the status")?;
            anyhow::Ok(line.trim().trim_end_matches(" kB").parse()?)
        };
        Ok(Memory { now: field("VmRSS:")?, peak: field("VmHWM:")? })
    }

    /// Returns the number of bytes written to standard output and standard error.
    pub(crate) fn output_bytes(&self) -> u64 {
        self.output.bytes.load(Ordering::Relaxed)
    }

    /// Returns the end of the output as text.
    pub(crate) fn output_end(&self) -> String {
        let end = self.output.end.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&end).into_owned()
    }

    /// Sends a signal, such as `STOP` or `CONT`.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(self.pid, signal)?)
    }
}

/// Memory of a process in KiB.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memory {
    /// The current resident set.
    pub(crate) now: u64,
    /// The largest resident set so far.
    pub(crate) peak: u64,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _status = self.child.wait();
    }
}

fn program(command: &Command) -> &Path {
    Path::new(command.get_program())
}

/// Reads the stream on a thread of its own until the process ends.
fn read_all(mut stream: impl Read + Send + 'static, output: Arc<Output>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            output.bytes.fetch_add(length as u64, Ordering::Relaxed);
            let mut end = output.end.lock().unwrap_or_else(PoisonError::into_inner);
            let _into_memory = end.write_all(&buffer[..length]);
            let surplus = end.len().saturating_sub(SHOWN);
            end.drain(..surplus);
        }
    });
}
