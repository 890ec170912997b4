use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use rustix::process::Pid;

/// A process that ends with this one, however this one ends: a shell waits for the end of its standard input, which the
/// kernel closes, and then kills it.
pub(crate) struct Guarded {
    #[expect(dead_code, reason = "held for its standard input")]
    shell: Child,
    pub(crate) pid: Pid,
}

impl Guarded {
    /// Starts `command`, whose words must not need quoting.
    pub(crate) fn start(command: &str) -> Self {
        let script = format!("{command} >/dev/null 2>&1 & pid=$!; echo $pid; cat >/dev/null; kill -9 $pid");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = shell.spawn().unwrap();
        let mut pid = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut pid).unwrap();
        let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
        Self { shell, pid }
    }
}
