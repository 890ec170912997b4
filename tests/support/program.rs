use std::{
    collections::HashMap,
    path::PathBuf,
    process::Command,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

use super::template::project_file;

/// The program of a function, or that of `tools/local`, as it is now: cargo does not build another package's programs for a test. Its features are those
/// with which `make run` builds it.
pub(crate) fn of(function: &'static str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<&str, PathBuf>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.get_or_insert_default().entry(function).or_insert_with(|| build(function)).clone()
}

#[expect(clippy::disallowed_methods, reason = "to take variables away from a child")]
fn build(function: &str) -> PathBuf {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--package", function, "--message-format=json-render-diagnostics"]);
    cargo.current_dir(project_file(""));
    // What `cargo test` sets for its tests must not reach this build.
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CARGO_") && !["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str()))
    {
        cargo.env_remove(name);
    }
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let said = String::from_utf8(built.stdout).unwrap();
    let artifacts = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut programs = artifacts.filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from));
    programs.next().expect("cargo names no program")
}
