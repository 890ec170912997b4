//! The signals that stop the stack: SIGINT (Ctrl-C), SIGTERM (`kill`) and SIGHUP (a closed
//! terminal).

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

pub(crate) struct ShutdownSignals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl ShutdownSignals {
    /// Listens for the signals. From here on they do not end the process.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
