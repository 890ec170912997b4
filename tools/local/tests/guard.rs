//! The guard ends what the stack leaves behind, and nothing else.

use std::{
    io::Write,
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Command, Stdio},
};

#[test]
fn a_closed_pipe_ends_every_group_that_was_not_forgotten() {
    let long_running = || Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
    let (mut left_behind, mut ended_before) = (long_running(), long_running());
    let mut guard = Command::new(env!("CARGO_BIN_EXE_local"));
    let mut guard = guard.arg("guard").stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = guard.stdin.take().unwrap();
    for child in [&left_behind, &ended_before] {
        writeln!(pipe, "+{}", child.id()).unwrap();
    }
    writeln!(pipe, "-{}", ended_before.id()).unwrap();
    drop(pipe);

    let status = left_behind.wait().unwrap();
    assert_eq!(status.signal(), Some(15), "the group should have been asked to end");
    assert!(guard.wait().unwrap().success());
    assert!(ended_before.try_wait().unwrap().is_none(), "the number of a group that ended may be somebody else's");
    ended_before.kill().unwrap();
    ended_before.wait().unwrap();
}
