//! The CPU time of one password hash, measured in a program of its own that is built as the
//! functions are.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};

/// Returns the CPU times of a few hashes in milliseconds.
pub(crate) fn measure(target: &Path) -> Result<Vec<f64>> {
    let output = Command::new(target.join("release/bench-hash")).output().context("bench-hash is not built")?;
    ensure!(output.status.success(), "bench-hash failed: {}", String::from_utf8_lossy(&output.stderr));
    let milliseconds = |line: &str| Ok(line.parse::<f64>()? / 1e6);
    String::from_utf8(output.stdout)?.lines().map(milliseconds).collect()
}
