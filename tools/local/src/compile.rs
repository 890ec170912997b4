//! Compiling the functions, in one `cargo build` for all of them: one that fails says so once, and one change links
//! only what it touches.

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

use crate::supervise::Supervisor;

/// A function's program.
pub(crate) struct Binary {
    pub(crate) function: String,
    pub(crate) path: PathBuf,
    /// Whether this build made it anew.
    pub(crate) changed: bool,
}

/// What a build came to. A build that failed may have finished some programs before.
pub(crate) struct Build {
    pub(crate) binaries: Vec<Binary>,
    pub(crate) succeeded: bool,
}

/// The part that matters of <https://doc.rust-lang.org/cargo/reference/external-tools.html#artifact-messages>.
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

/// Builds what the workspace's `default-members` name, as `cargo build` does: the features of tools and tests stay out.
/// Progress and errors go to the terminal.
pub(crate) async fn functions(supervisor: &Supervisor) -> Result<Build> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--bins", "--message-format=json-render-diagnostics"]).stdout(Stdio::piped());
    let mut process = supervisor.start(&mut cargo)?;
    let output = process.child().stdout.take().context("cargo has no output")?;
    let mut lines = BufReader::new(output).lines();
    let mut binaries = Vec::new();
    while let Some(line) = lines.next_line().await? {
        binaries.extend(binary(&line));
    }
    let succeeded = process.ended().await.is_some_and(|status| status.success());
    Ok(Build { binaries, succeeded })
}

/// A line of cargo's output, when it is about a function's program.
fn binary(line: &str) -> Option<Binary> {
    let artifact: Artifact = serde_json::from_str(line).ok()?;
    let folder = artifact.manifest_path.parent().and_then(Path::parent)?;
    let is_function = folder.file_name().is_some_and(|name| name == "functions");
    let path = artifact.executable.filter(|_| is_function)?;
    Some(Binary { function: artifact.target.name, path, changed: !artifact.fresh })
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
    fn only_the_programs_of_functions_count() {
        let found = binary(&line("functions/health", r#""/w/target/debug/health""#)).unwrap();
        assert_eq!((found.function.as_str(), found.changed), ("health", false));
        assert!(binary(&line("functions/health", "null")).is_none());
        assert!(binary(&line("tools/local", r#""/w/target/debug/local""#)).is_none());
        assert!(binary(r#"{"reason":"build-finished","success":true}"#).is_none());
    }
}
