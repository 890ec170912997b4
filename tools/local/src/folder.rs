//! Where a stack keeps what outlives it. Only one stack at a time may use a folder: two would write one database.

use std::{
    fs::{self, DirBuilder, File},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::wait;

pub(crate) struct Folder {
    root: PathBuf,
    /// Held as long as the stack runs; the operating system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Folder {
    /// Makes the folder, readable by its owner only, and locks it. A stack that was killed a moment ago gets the time to
    /// let go.
    pub(crate) async fn open(path: &Path, patience: Duration) -> Result<Self> {
        let create = || -> Result<_> {
            for folder in [path.to_owned(), path.join("logs"), path.join("sqs")] {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            Ok((fs::canonicalize(path)?, File::create(path.join("lock"))?))
        };
        let (root, lock) = create().with_context(|| format!("cannot make the folder {}", path.display()))?;
        ensure!(
            wait::until(patience, async || lock.try_lock().is_ok()).await,
            "another stack runs on the folder {}: stop that one, or choose another folder and other ports, as in `make \
             run LOCAL_DIR=.local2 API_PORT=9100 DYNAMODB_PORT=9101 REDIS_PORT=9102 SQS_PORT=9103 CATALOG_PORT=9104`",
            path.display()
        );
        Ok(Self { root, _lock: lock })
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }
}
