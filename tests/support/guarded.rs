use std::process::{Child, Command, Stdio};

/// A process that ends with this one, however this one ends: a shell waits for the end of its standard input, which the
/// kernel closes, and then kills it.
pub(crate) struct Guarded(#[expect(dead_code, reason = "held for its standard input")] Child);

impl Guarded {
    /// Starts `command`, whose words must not need quoting.
    pub(crate) fn start(command: &str) -> Self {
        let script = format!("{command} & pid=$!; cat >/dev/null; kill -9 $pid");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(shell.spawn().unwrap())
    }
}
