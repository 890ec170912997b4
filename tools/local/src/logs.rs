//! What functions write: every line goes to one file and, once the stack is up, to the terminal.

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

/// How many lines of a log help to see what went wrong.
const TAIL: usize = 15;

/// The file that all functions share. It keeps the last run only.
#[derive(Clone)]
pub(crate) struct FunctionLog(Arc<Inner>);

struct Inner {
    file: Mutex<File>,
    shown: AtomicBool,
}

impl FunctionLog {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let (file, shown) = (Mutex::new(File::create(path)?), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { file, shown })))
    }

    /// From here on the terminal shows each line. Before, it would bury the progress of the start.
    pub(crate) fn show(&self) {
        self.0.shown.store(true, Ordering::Relaxed);
    }

    /// Passes on both streams of a function. The task ends with them, when the function's last words are written.
    pub(crate) fn follow(&self, function: &str, child: &mut Child) -> JoinHandle<()> {
        let (log, function) = (self.clone(), function.to_owned());
        let (out, err) = (child.stdout.take(), child.stderr.take());
        tokio::spawn(async move {
            tokio::join!(log.copy(&function, out), log.copy(&function, err));
        })
    }

    async fn copy(&self, function: &str, stream: Option<impl AsyncRead + Unpin>) {
        let Some(stream) = stream else { return };
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).await.is_ok_and(|count| count > 0) {
            self.write(&attributed(function, String::from_utf8_lossy(&bytes).trim_end()));
            bytes.clear();
        }
    }

    /// One line about a function, whoever says it.
    pub(crate) fn write(&self, line: &str) {
        if self.0.shown.load(Ordering::Relaxed) {
            terminal::pass_on(line);
        }
        let mut file = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _disk_is_full = writeln!(file, "{line}");
    }
}

/// A log line in JSON names its function; whatever else is written, a panic say, gets the name put in front.
fn attributed(function: &str, line: &str) -> String {
    if line.starts_with('{') { line.to_owned() } else { format!("{function}: {line}") }
}

/// The last lines of a log, indented.
pub(crate) fn tail(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    if lines.is_empty() {
        return String::from("    (nothing)");
    }
    lines[lines.len().saturating_sub(TAIL)..].iter().fold(String::new(), |mut tail, line| {
        let _infallible = writeln!(tail, "    {line}");
        tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_that_is_not_json_gets_the_functions_name() {
        assert_eq!(attributed("health", "thread panicked"), "health: thread panicked");
        assert_eq!(attributed("health", "{\"level\":\"INFO\"}"), "{\"level\":\"INFO\"}");
    }
}
