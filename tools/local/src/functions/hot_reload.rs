//! Rebuilds and restarts the functions when a source file changes. The modification times of the
//! files are polled instead of subscribing to change notifications: reading some three hundred
//! files takes about a millisecond, inotify has a limit on watches, and editors that save by
//! renaming are noticed too.

use std::{
    convert::Infallible,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    time::Duration,
};

use anyhow::Result;

use super::{Functions, build};
use crate::terminal;

/// The sources of the functions. `Cargo.lock` is not among them, because the build itself may write
/// it.
const SOURCES: [&str; 4] = ["Cargo.toml", "functions", "shared", "web"];
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// Rebuilds and restarts the functions after each change. Returns only on failure.
pub(crate) async fn watch(functions: &mut Functions, mut last: u64) -> Result<Infallible> {
    let mut tick = tokio::time::interval(POLL_INTERVAL);
    loop {
        tick.tick().await;
        let mut current = fingerprint();
        if current == last {
            continue;
        }
        // Waits until an editor has saved all files, or git has switched branches.
        while current != last {
            last = current;
            tick.tick().await;
            current = fingerprint();
        }
        let build = build::build_functions(&functions.context().supervisor).await?;
        functions.start_or_restart(build.binaries);
        if !build.succeeded {
            terminal::print_error("The functions do not compile. The previous version keeps running.");
        }
    }
}

/// A number that changes when a source file is added, removed or written.
pub(crate) fn fingerprint() -> u64 {
    SOURCES.iter().map(|source| fingerprint_of(Path::new(source))).fold(0, u64::wrapping_add)
}

/// The sum over all files below `path`. A sum does not depend on the order of directory entries.
/// Hidden files are skipped, because editors store swap files there.
fn fingerprint_of(path: &Path) -> u64 {
    if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
        return 0;
    }
    if let Ok(entries) = fs::read_dir(path) {
        return entries.flatten().map(|entry| fingerprint_of(&entry.path())).fold(0, u64::wrapping_add);
    }
    let Ok(metadata) = fs::metadata(path) else { return 0 };
    let mut hasher = DefaultHasher::new();
    (path, metadata.len(), metadata.modified().ok()).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_changes_with_every_file_except_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        // Not the folder itself: its name starts with a dot.
        let source = folder.path().join("source");
        fs::create_dir_all(source.join("src")).unwrap();
        let write = |name: &str, text: &str| fs::write(source.join("src").join(name), text).unwrap();

        let empty = fingerprint_of(&source);
        write("lib.rs", "a");
        let added = fingerprint_of(&source);
        write("lib.rs", "ab");
        let written = fingerprint_of(&source);
        write(".lib.rs.swp", "x");
        let hidden = fingerprint_of(&source);
        fs::remove_file(source.join("src/lib.rs")).unwrap();
        let removed = fingerprint_of(&source);

        assert_ne!(empty, added);
        assert_ne!(added, written);
        assert_eq!(written, hidden);
        assert_eq!(removed, empty);
    }
}
