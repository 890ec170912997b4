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
    /// Starts `command`, whose words must not need quoting, and waits until it says that it is `ready`. An error is what it
    /// said when it ended before. What it says later is lost.
    pub(crate) fn start(command: &str, ready: &str) -> Result<Self, String> {
        // The process alone holds the pipe, so that its end ends the reading.
        let script = format!("{command} 2>&1 & pid=$!; echo $pid; exec >/dev/null; cat; kill -9 $pid");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = shell.spawn().unwrap();
        let lines = BufReader::new(shell.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (mut pid, mut said) = (None, String::new());
        for line in lines {
            // The process may speak before the shell does.
            pid = pid.or_else(|| line.parse().ok().and_then(Pid::from_raw));
            said = said + &line + "\n";
            if let (true, Some(pid)) = (said.contains(ready), pid) {
                return Ok(Self { shell, pid });
            }
        }
        shell.wait().unwrap();
        Err(said)
    }
}
