//! What the person at the terminal reads. Own words go to stdout, what functions and compiler say to stderr. A terminal
//! that is gone is no reason to stop, so write errors are ignored.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
    time::Instant,
};

/// One line.
pub(crate) fn say(line: &str) {
    let mut out = stdout().lock();
    let _nobody_reads = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One line that a function or a tool wrote, passed on as it is.
pub(crate) fn pass_on(line: &str) {
    let _nobody_reads = writeln!(stderr().lock(), "{line}");
}

/// Why the stack does not run: the whole chain of causes on one line, never a backtrace.
pub(crate) fn error(error: &anyhow::Error) {
    let _nobody_reads = writeln!(stderr().lock(), "error: {error:#}");
}

/// A step that takes a moment: says what is being done, and at its end how long it took.
pub(crate) struct Step {
    name: String,
    started: Instant,
}

impl Step {
    pub(crate) fn start(name: impl Display) -> Self {
        say(&format!("  ..  {name}"));
        Self { name: name.to_string(), started: Instant::now() }
    }

    pub(crate) fn done(self) {
        say(&format!("  ok  {} ({:.1} s)", self.name, self.started.elapsed().as_secs_f32()));
    }
}
