use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use rustix::process::Pid;

/// A process that is killed when this one ends, even by `kill -9`. A shell waits for the end of its
/// standard input, which the kernel closes, and then kills the process.
pub(crate) struct BackgroundProcess {
    #[expect(dead_code, reason = "held for its standard input")]
    shell: Child,
    pub(crate) pid: Pid,
}

impl BackgroundProcess {
    /// Starts `command` and waits until its output contains `ready`. The words of `command` must
    /// not need quoting. Output after `ready` is discarded.
    ///
    /// # Errors
    ///
    /// The output of the command, if it ends before it is ready.
    pub(crate) fn start(command: &str, ready: &str) -> Result<Self, String> {
        // Only the process holds the pipe, so reading ends when the process does.
        let script = format!("{command} 2>&1 & pid=$!; echo $pid; exec >/dev/null; cat; kill -9 $pid");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = shell.spawn().unwrap();
        let lines = BufReader::new(shell.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (mut pid, mut output) = (None, String::new());
        for line in lines {
            // The process may write before the shell prints its id.
            pid = pid.or_else(|| line.parse().ok().and_then(Pid::from_raw));
            output = output + &line + "\n";
            if let (true, Some(pid)) = (output.contains(ready), pid) {
                return Ok(Self { shell, pid });
            }
        }
        shell.wait().unwrap();
        Err(output)
    }
}
