//! Output to the terminal. Messages of the stack go to stdout, output of functions and tools to
//! stderr. Write errors are ignored: the stack continues when its terminal is gone.

use std::{
    fmt::Display,
    io::{Write, stderr, stdout},
    time::Instant,
};

/// Prints a line to stdout.
pub(crate) fn print(line: &str) {
    let mut out = stdout().lock();
    let _terminal_may_be_gone = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints a line to stderr.
pub(crate) fn print_error(line: &str) {
    let _terminal_may_be_gone = writeln!(stderr().lock(), "{line}");
}

/// Prints an error with its chain of causes on one line, without a backtrace.
pub(crate) fn error(error: &anyhow::Error) {
    print_error(&format!("error: {error:#}"));
}

/// A step of the start that takes a while. Prints a line when it starts and a line with its
/// duration when it is done.
pub(crate) struct Step {
    name: String,
    started: Instant,
}

impl Step {
    pub(crate) fn start(name: impl Display) -> Self {
        print(&format!("  ..  {name}"));
        Self { name: name.to_string(), started: Instant::now() }
    }

    pub(crate) fn done(self) {
        print(&format!("  ok  {} ({:.1} s)", self.name, self.started.elapsed().as_secs_f32()));
    }
}
