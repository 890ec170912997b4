//! Another function package beside the functions of this repository: `make bench PEER=<folder>`.
//!
//! | variable | value |
//! | --- | --- |
//! | `PEER` | a folder with an executable `bootstrap`, or with a Python handler |
//! | `HANDLER` | the Python handler, `lambda_function.lambda_handler` by default |
//! | `PEER_EVENT` | a file with the event, by default that of `health` |
//! | `PEER_VARIABLES` | a file with further variables of the function, one `NAME=value` a line |

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    subject::{Launcher, Preparation, Subject},
    world::{World, dynamo::Answers, to_bytes},
};

const RUNTIME: &str = "tools/bench/python_runtime.py";

/// Returns the package that `PEER` names, if any.
pub(crate) fn from_environment(world: &World) -> Result<Option<Subject>> {
    let Some(folder) = variable("PEER") else { return Ok(None) };
    let folder = fs::canonicalize(&folder).with_context(|| format!("{folder} is no folder"))?;
    let mut variables = vec![("LAMBDA_TASK_ROOT".to_owned(), folder.display().to_string())];
    if let Some(file) = variable("PEER_VARIABLES") {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    let event = match variable("PEER_EVENT") {
        Some(file) => fs::read(&file).with_context(|| format!("cannot read {file}"))?.into(),
        None => to_bytes(&world.event("health")?),
    };
    let (program, arguments) = program(&folder)?;
    Ok(Some(Subject {
        name: "peer".to_owned(),
        function: "peer".to_owned(),
        program,
        launcher: Launcher { arguments, variables },
        event,
        preparation: Preparation::None,
        answers: Answers::Real,
        hashes: false,
    }))
}

fn program(folder: &Path) -> Result<(PathBuf, Vec<String>)> {
    let bootstrap = folder.join("bootstrap");
    if bootstrap.exists() {
        return Ok((bootstrap, Vec::new()));
    }
    let handler = variable("HANDLER").unwrap_or_else(|| "lambda_function.lambda_handler".to_owned());
    // The interpreter itself, and not a wrapper that would count as init.
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output()?;
    ensure!(python.status.success(), "python3 is not installed");
    let runtime = fs::canonicalize(RUNTIME).context("the working folder is not the repository")?;
    let arguments = vec![runtime.display().to_string(), handler];
    Ok((String::from_utf8(python.stdout)?.trim().into(), arguments))
}

#[expect(clippy::disallowed_methods, reason = "a development tool")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
