//! An edited handler is compiled and taken up at once. Looks at the times of the source files instead of asking the
//! operating system to report changes: some three hundred files take about a millisecond, and there is no limit to run
//! into and no editor whose way of saving goes unnoticed.

use std::{
    convert::Infallible,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    time::Duration,
};

use anyhow::Result;

use crate::{compile, functions::Functions, terminal};

/// What a function is made of. `Cargo.lock` is not in the list: the build itself may write it.
const SOURCES: [&str; 4] = ["Cargo.toml", "functions", "shared", "web"];
const INTERVAL: Duration = Duration::from_millis(400);

/// Compiles and starts anew after each change, for as long as the stack runs.
pub(crate) async fn forever(functions: &mut Functions, mut seen: u64) -> Result<Infallible> {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        let mut now = fingerprint();
        if now == seen {
            continue;
        }
        // An editor that saves many files, or git switching branches, gets to finish.
        while now != seen {
            seen = now;
            tick.tick().await;
            now = fingerprint();
        }
        let build = compile::functions(&functions.host().supervisor).await?;
        functions.take_up(build.binaries);
        if !build.succeeded {
            terminal::pass_on("the functions do not compile; the ones that ran before keep running");
        }
    }
}

/// A number that differs when a source file was added, removed or written.
pub(crate) fn fingerprint() -> u64 {
    SOURCES.iter().map(|source| of(Path::new(source))).fold(0, u64::wrapping_add)
}

/// The sum over all files below `path`; a sum, because the order in which a folder lists its files means nothing.
/// Hidden files are left out: editors keep their swap files there.
fn of(path: &Path) -> u64 {
    if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
        return 0;
    }
    if let Ok(entries) = fs::read_dir(path) {
        return entries.flatten().map(|entry| of(&entry.path())).fold(0, u64::wrapping_add);
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
    fn a_file_that_is_added_written_or_removed_is_noticed_and_a_hidden_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        // Not the folder itself: its name starts with a dot.
        let source = folder.path().join("source");
        fs::create_dir_all(source.join("src")).unwrap();
        let write = |name: &str, text: &str| fs::write(source.join("src").join(name), text).unwrap();

        let empty = of(&source);
        write("lib.rs", "a");
        let added = of(&source);
        write("lib.rs", "ab");
        let written = of(&source);
        write(".lib.rs.swp", "x");
        let hidden = of(&source);
        fs::remove_file(source.join("src/lib.rs")).unwrap();
        let removed = of(&source);

        assert_ne!(empty, added);
        assert_ne!(added, written);
        assert_eq!(written, hidden);
        assert_eq!(removed, empty);
    }
}
