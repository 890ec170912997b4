use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, OnceLock, PoisonError},
};

use serde_json::Value;

use super::template::project_file;

/// Builds the binary of a function, or of `tools/local`, and returns its path. Cargo does not build
/// the binaries of other packages for a test. The features are those that `make run` uses, and for
/// `tools/local` those of `cargo test --workspace`, so nothing is compiled twice.
pub(crate) fn build(package: &'static str) -> PathBuf {
    static BUILT: Mutex<Option<HashMap<&str, PathBuf>>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let features: &[&str] = if package == "local" { &["--workspace", "--examples"] } else { &[] };
    let build = || run_build(cargo_build(&project_file("")).args(features).args(["--bin", package])).remove(package);
    built.get_or_insert_default().entry(package).or_insert_with(|| build().expect("cargo built no binary")).clone()
}

/// Builds the binaries of all functions, like [`build`], and returns their paths by name.
pub(crate) fn build_all() -> &'static HashMap<String, PathBuf> {
    static BUILT: OnceLock<HashMap<String, PathBuf>> = OnceLock::new();
    BUILT.get_or_init(|| run_build(cargo_build(&project_file("")).arg("--bins")))
}

/// A `cargo build` command for the workspace in this folder.
pub(super) fn cargo_build(workspace: &Path) -> Command {
    let mut cargo = without_cargo_variables("cargo");
    cargo.args(["build", "--quiet", "--message-format=json-render-diagnostics"]).current_dir(workspace);
    cargo
}

/// A command without the variables that `cargo test` sets for tests, which must not reach a build.
#[expect(clippy::disallowed_methods, reason = "to remove variables from the environment of a child")]
pub(crate) fn without_cargo_variables(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars().filter(|(name, _)| {
        name.starts_with("CARGO_") && !["CARGO_HOME", "CARGO_INCREMENTAL", "CARGO_TARGET_DIR"].contains(&name.as_str())
    }) {
        command.env_remove(name);
    }
    command
}

/// Runs a build and returns the paths of the binaries by name.
pub(super) fn run_build(cargo: &mut Command) -> HashMap<String, PathBuf> {
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let binary = |message: Value| {
        let path = message["executable"].as_str().map(PathBuf::from)?;
        Some((message["target"]["name"].as_str()?.to_owned(), path))
    };
    messages.filter_map(binary).collect()
}
