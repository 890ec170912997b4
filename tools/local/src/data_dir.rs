//! The directory with the data, logs and secrets of a stack. A lock ensures that only one stack at
//! a time uses it, because two would write to the same database.

use std::{
    fs::{self, DirBuilder, File},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::wait;

pub(crate) struct DataDir {
    root: PathBuf,
    /// Locked while the stack runs. The operating system releases the lock when the process ends,
    /// even after `kill -9`.
    _lock: File,
}

impl DataDir {
    /// Creates the directory, readable by its owner only, and locks it. Waits up to `timeout` for a
    /// previous stack to release the lock.
    pub(crate) async fn open(path: &Path, timeout: Duration) -> Result<Self> {
        let create = || -> Result<_> {
            for folder in [path.to_owned(), path.join("logs"), path.join("sqs")] {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            Ok((fs::canonicalize(path)?, File::create(path.join("lock"))?))
        };
        let (root, lock) = create().with_context(|| format!("cannot create the directory {}", path.display()))?;
        ensure!(
            wait::until(timeout, async || lock.try_lock().is_ok()).await,
            "another stack is using {}: stop it, or choose another directory and other ports, for example `make run \
             LOCAL_DIR=.local2 API_PORT=9100 DYNAMODB_PORT=9101 REDIS_PORT=9102 SQS_PORT=9103 CATALOG_PORT=9104`",
            path.display()
        );
        Ok(Self { root, _lock: lock })
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The path of the log file of this name.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }
}
