use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock, PoisonError},
};

use serde_json::Value;

use super::template::project_file;

/// The program of a function, or that of `tools/local`, as it is now: cargo does not build another package's programs for a test. Its features are those
/// with which `make run` builds it.
pub(crate) fn of(function: &'static str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<&str, PathBuf>>> = Mutex::new(None);
    let mut programs = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || built(cargo(&project_file("")).args(["--package", function])).remove(function);
    programs.get_or_insert_default().entry(function).or_insert_with(|| build().expect("cargo names no program")).clone()
}

/// The programs of all functions, as [`of`], by name.
pub(crate) fn all() -> &'static HashMap<String, PathBuf> {
    static BUILT: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    BUILT.get_or_init(|| built(cargo(&project_file("")).arg("--bins")))
}

/// A build of the workspace in a folder.
#[expect(clippy::disallowed_methods, reason = "to take variables away from a child")]
pub(super) fn cargo(workspace: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--message-format=json-render-diagnostics"]).current_dir(workspace);
    // What `cargo test` sets for its tests must not reach this build.
    for (name, _) in std::env::vars().filter(|(name, _)| {
        name.starts_with("CARGO_") && !["CARGO_HOME", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR"].contains(&name.as_str())
    }) {
        cargo.env_remove(name);
    }
    cargo
}

/// Builds, and gives the programs by name.
pub(super) fn built(cargo: &mut Command) -> HashMap<String, PathBuf> {
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let said = String::from_utf8(built.stdout).unwrap();
    let artifacts = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let program = |artifact: Value| {
        let program = artifact["executable"].as_str().map(PathBuf::from)?;
        Some((artifact["target"]["name"].as_str()?.to_owned(), program))
    };
    artifacts.filter_map(program).collect()
}
