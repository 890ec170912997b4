//! The log of the functions: every line goes to one file and, once the stack is ready, to the
//! terminal.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Child,
    task::JoinHandle,
};

use crate::terminal;

/// The number of lines that [`tail`] returns.
const TAIL_LINES: usize = 15;

/// The log file that all functions share. It holds the current run only.
#[derive(Clone)]
pub(crate) struct FunctionLog(Arc<Inner>);

struct Inner {
    file: Mutex<File>,
    is_echoed: AtomicBool,
}

impl FunctionLog {
    /// Creates the file, replacing that of the previous run.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let (file, is_echoed) = (Mutex::new(File::create(path)?), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { file, is_echoed })))
    }

    /// Also prints each further line to the terminal. During the start, log lines would hide its
    /// progress.
    pub(crate) fn echo_to_terminal(&self) {
        self.0.is_echoed.store(true, Ordering::Relaxed);
    }

    /// Logs stdout and stderr of a function. The task ends when both are closed and everything is
    /// written.
    pub(crate) fn capture(&self, function: &str, child: &mut Child) -> JoinHandle<()> {
        let (log, function) = (self.clone(), function.to_owned());
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        tokio::spawn(async move {
            tokio::join!(log.copy(&function, stdout), log.copy(&function, stderr));
        })
    }

    async fn copy(&self, function: &str, stream: Option<impl AsyncRead + Unpin>) {
        let Some(stream) = stream else { return };
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).await.is_ok_and(|count| count > 0) {
            self.write(&with_function_name(function, String::from_utf8_lossy(&bytes).trim_end()));
            bytes.clear();
        }
    }

    /// Writes one line.
    pub(crate) fn write(&self, line: &str) {
        if self.0.is_echoed.load(Ordering::Relaxed) {
            terminal::print_error(line);
        }
        let mut file = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _disk_may_be_full = writeln!(file, "{line}");
    }
}

/// Prefixes a line with the function's name, unless it is JSON: JSON log lines contain the name.
fn with_function_name(function: &str, line: &str) -> String {
    if line.starts_with('{') { line.to_owned() } else { format!("{function}: {line}") }
}

/// The last lines of a log file, indented.
pub(crate) fn tail(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    if lines.is_empty() {
        return String::from("    (empty)");
    }
    lines[lines.len().saturating_sub(TAIL_LINES)..].iter().fold(String::new(), |mut tail, line| {
        let _infallible = writeln!(tail, "    {line}");
        tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_are_not_json_are_prefixed_with_the_function_name() {
        assert_eq!(with_function_name("health", "thread panicked"), "health: thread panicked");
        assert_eq!(with_function_name("health", "{\"level\":\"INFO\"}"), "{\"level\":\"INFO\"}");
    }
}
