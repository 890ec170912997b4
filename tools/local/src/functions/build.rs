//! Builds all functions with one `cargo build`. A compile error appears once, and a change relinks
//! only the functions it affects.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::supervisor::Supervisor;

/// The binary of a function.
pub(crate) struct Binary {
    pub(crate) function: String,
    pub(crate) path: PathBuf,
    /// Whether this build linked it again.
    pub(crate) is_changed: bool,
}

/// The result of a build. A failed build may have finished some binaries.
pub(crate) struct Build {
    pub(crate) binaries: Vec<Binary>,
    pub(crate) succeeded: bool,
}

/// The relevant members of an [artifact
/// message](https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages).
#[derive(Deserialize)]
struct Artifact {
    manifest_path: PathBuf,
    target: Target,
    executable: Option<PathBuf>,
    fresh: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the workspace's `default-members`, which exclude tools and tests and the features that
/// only those enable. Progress and errors go to the terminal.
pub(crate) async fn build_functions(supervisor: &Supervisor) -> Result<Build> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--bins", "--message-format=json-render-diagnostics"]).stdout(Stdio::piped());
    let mut process = supervisor.spawn(&mut cargo)?;
    let output = process.child().stdout.take().context("cargo has no output")?;
    let mut lines = BufReader::new(output).lines();
    let mut binaries = Vec::new();
    while let Some(line) = lines.next_line().await? {
        binaries.extend(parse_binary(&line));
    }
    let succeeded = process.wait().await.is_some_and(|status| status.success());
    Ok(Build { binaries, succeeded })
}

/// Parses a line of cargo's output. Returns `None` unless it reports the binary of a function.
fn parse_binary(line: &str) -> Option<Binary> {
    let artifact: Artifact = serde_json::from_str(line).ok()?;
    let parent = artifact.manifest_path.parent().and_then(Path::parent)?;
    let is_function = parent.file_name().is_some_and(|name| name == "functions");
    let path = artifact.executable.filter(|_| is_function)?;
    Some(Binary { function: artifact.target.name, path, is_changed: !artifact.fresh })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(folder: &str, executable: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"x","manifest_path":"/w/{folder}/Cargo.toml",
                "target":{{"kind":["bin"],"name":"health"}},"fresh":true,"executable":{executable}}}"#
        )
    }

    #[test]
    fn only_binaries_of_functions_are_parsed() {
        let found = parse_binary(&line("functions/health", r#""/w/target/debug/health""#)).unwrap();
        assert_eq!((found.function.as_str(), found.is_changed), ("health", false));
        assert!(parse_binary(&line("functions/health", "null")).is_none());
        assert!(parse_binary(&line("tools/local", r#""/w/target/debug/local""#)).is_none());
        assert!(parse_binary(r#"{"reason":"build-finished","success":true}"#).is_none());
    }
}
