//! The init phase under a tracer: exact counts that do not depend on the clock.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::{
    subject::Subject,
    world::{Backends, World},
};

/// The system calls of an init phase.
pub(crate) struct SystemCalls {
    pub(crate) count: usize,
    /// The certificate files that were opened, or looked for.
    pub(crate) certificates: Vec<String>,
}

/// Counts the system calls of the init phase with strace.
pub(crate) async fn system_calls(world: &World, subject: &Subject) -> Result<SystemCalls> {
    let file = tempfile::NamedTempFile::new()?;
    let mut command = Command::new("strace");
    command.args(["-f", "-o"]).arg(file.path()).arg(&subject.program);
    let instance = subject.start_with(command, world, 256, Backends::Connected).await.context("strace")?;
    drop(instance);
    let trace = fs::read_to_string(file.path())?;
    // Up to the poll: later lines are the end of the process.
    let lines = trace.lines().take_while(|line| !line.contains("/runtime/invocation/next"));
    let calls: Vec<_> = lines.filter(|line| line.contains('(') && !line.contains("resumed>")).collect();
    let opens = calls.iter().filter(|line| line.contains(" open(") || line.contains(" openat("));
    let files = opens.filter_map(|line| line.split('"').nth(1));
    let certificates = files.filter(|file| is_certificate(file)).map(ToOwned::to_owned).collect();
    Ok(SystemCalls { count: calls.len(), certificates })
}

fn is_certificate(file: &str) -> bool {
    let extension = Path::new(file).extension().and_then(|extension| extension.to_str());
    let is_in_store = file.starts_with("/etc/ssl") || file.starts_with("/etc/pki");
    is_in_store || matches!(extension, Some("crt" | "pem"))
}

/// Counts the instructions of the init phase with callgrind.
pub(crate) async fn instructions(world: &World, subject: &Subject) -> Result<u64> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("callgrind");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", file.display()));
    command.arg(&subject.program);
    let instance = subject.start_with(command, world, 256, Backends::Connected).await.context("valgrind")?;
    // On this signal callgrind writes its file.
    instance.process.signal(Signal::TERM)?;
    for _ in 0..200 {
        let profile = fs::read_to_string(&file).unwrap_or_default();
        let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
        if let Some(total) = total {
            return Ok(total.trim().parse()?);
        }
        pause().await;
    }
    anyhow::bail!("callgrind wrote no profile of {}\n{}", subject.name, instance.process.output_end())
}

#[expect(clippy::disallowed_methods, reason = "callgrind does not say when its file is complete")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
