//! The commands of the README's first session produce the output that it shows.

use std::{fs, process::Command};

use crate::support::template::project_file;

/// Runs the first `console` block of the README in one shell against the stack and compares the
/// output. Ids and timestamps differ in each run and are ignored.
pub(crate) fn first_session(api_port: u16, catalog: &str) {
    let readme = fs::read_to_string(project_file("README.md")).unwrap();
    let session = readme.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let mut script = vec!["set -eu"];
    let mut expected = Vec::new();
    for line in session.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("$ ") {
            Some(command) => script.extend([command, "echo"]),
            None => expected.push(line),
        }
    }
    assert!(expected.len() >= 4, "the README has no session");
    let script = script.join("\n").replace("127.0.0.1:9000", &format!("127.0.0.1:{api_port}"));
    let run = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let printed = String::from_utf8(run.stdout).unwrap().replace(catalog, "http://127.0.0.1:9004");
    let printed: Vec<String> = printed.lines().filter(|line| !line.is_empty()).map(without_ids_and_times).collect();
    let expected: Vec<String> = expected.into_iter().map(without_ids_and_times).collect();
    assert_eq!(printed, expected);
}

/// Replaces ids and timestamps, which are quoted strings, with an ellipsis.
fn without_ids_and_times(line: &str) -> String {
    let mut parts = line.split('"').map(|part| {
        let is_id = part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4;
        let is_time = part.len() == 24 && part.starts_with("20") && part.ends_with('Z');
        if is_id || is_time { "…" } else { part }
    });
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| line + "\"" + part)
}
