//! The CPU share that Lambda gives a function: its memory divided by 1769 MB, enforced by the
//! kernel (CFS bandwidth control) in a control group.
//!
//! Lambda does not throttle the init phase, so a process enters its group after its first poll.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::Pid;

/// The period in which the kernel enforces the share.
pub(crate) const PERIOD: Duration = Duration::from_millis(20);
/// The memory in MB that gets one core.
const MEMORY_OF_ONE_CORE: u128 = 1769;

/// A control group with a CPU quota. Dropping the value removes the group, which must have no
/// processes then.
pub(crate) struct Throttle {
    folder: PathBuf,
}

impl Throttle {
    /// Returns a group with the share of a function with this memory.
    ///
    /// # Errors
    /// The machine has no control groups for CPU, or this process may not create one.
    pub(crate) fn new(memory: u32) -> Result<Self> {
        let quota = (PERIOD.as_micros() * u128::from(memory) / MEMORY_OF_ONE_CORE).max(1000).to_string();
        let period = PERIOD.as_micros().to_string();
        let name = format!("bench-{}", std::process::id());
        let is_version_2 = Path::new("/sys/fs/cgroup/cgroup.controllers").exists();
        let root = Path::new(if is_version_2 { "/sys/fs/cgroup" } else { "/sys/fs/cgroup/cpu" });
        let folder = root.join(name);
        if is_version_2 {
            // Fails if the controller is already enabled for groups.
            let _may_be_enabled = fs::write(root.join("cgroup.subtree_control"), "+cpu");
        }
        fs::create_dir(&folder).context("cannot create a control group")?;
        let throttle = Self { folder };
        if is_version_2 {
            throttle.write("cpu.max", &format!("{quota} {period}"))?;
        } else {
            throttle.write("cpu.cfs_period_us", &period)?;
            throttle.write("cpu.cfs_quota_us", &quota)?;
        }
        Ok(throttle)
    }

    /// Moves a process into the group.
    pub(crate) fn add(&self, pid: Pid) -> Result<()> {
        self.write("cgroup.procs", &pid.as_raw_nonzero().to_string())
    }

    fn write(&self, file: &str, text: &str) -> Result<()> {
        fs::write(self.folder.join(file), text).with_context(|| format!("cannot write {file} of a control group"))
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        let _remains_if_not_empty = fs::remove_dir(&self.folder);
    }
}
