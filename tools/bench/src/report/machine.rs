//! The machine of a run.

use std::fs;

use anyhow::{Context, Result};

/// Returns one line: cores, processor, kernel.
pub(super) fn describe() -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let model = model.trim_start_matches(['\t', ' ', ':']);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let release = kernel.split(['-', '+']).next().context("no kernel release")?.trim();
    Ok(format!("{cores} cores ({model}), {}, Linux {release}.\n", std::env::consts::ARCH))
}
