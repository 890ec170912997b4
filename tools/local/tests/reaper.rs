//! The reaper stops the process groups that the stack leaves behind, and no others.

use std::{
    io::Write,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, Stdio},
};

#[test]
fn closing_the_pipe_stops_every_group_that_was_not_removed() {
    let long_running = || Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
    let (mut left_behind, mut removed) = (long_running(), long_running());
    let mut reaper = Command::new(env!("CARGO_BIN_EXE_local"));
    let mut reaper = reaper.arg("reaper").stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = reaper.stdin.take().unwrap();
    for child in [&left_behind, &removed] {
        writeln!(pipe, "+{}", child.id()).unwrap();
    }
    writeln!(pipe, "-{}", removed.id()).unwrap();
    drop(pipe);

    let status = left_behind.wait().unwrap();
    assert_eq!(status.signal(), Some(15), "the group should have received SIGTERM");
    assert!(reaper.wait().unwrap().success());
    assert!(removed.try_wait().unwrap().is_none(), "the id of an ended group may belong to another process");
    removed.kill().unwrap();
    removed.wait().unwrap();
}
