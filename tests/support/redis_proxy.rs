//! A proxy to Redis that records commands and injects faults.

mod forward;
mod tests;

use std::{
    mem::{replace, take},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{runtime::Runtime, sync::watch};

use super::{
    breakpoints::Breakpoints,
    redis_client::{RedisUrl, split_url},
    wait,
};

/// What happens to commands and replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They arrive.
    None,
    /// They arrive when the fault is over, as when the Redis process is stopped.
    Hang,
    /// They never arrive, as when the network drops packets.
    Drop,
    /// Every connection is closed at once.
    Refuse,
    /// Replies are delayed by this much.
    Slow(Duration),
}

/// A proxy to a Redis server. It runs on a thread of its own, which ends when the value is dropped.
pub(crate) struct RedisProxy {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// State that all connections share.
struct Shared {
    recorded: Mutex<Recorded>,
    fault: watch::Sender<Fault>,
    /// Each connection subscribes to the sender that is current when it opens, and closes on its
    /// signal.
    close: Mutex<watch::Sender<()>>,
    /// Each connection subscribes to the sender that is current when it opens, and drops all
    /// traffic while it is true.
    black_hole: Mutex<watch::Sender<bool>>,
    /// Each round trip is one exchange.
    breakpoints: Breakpoints,
}

#[derive(Default)]
struct Recorded {
    round_trips: Vec<Vec<String>>,
    commands: Vec<Vec<String>>,
    handshake: Vec<Vec<String>>,
}

impl RedisProxy {
    /// Starts a proxy to the Redis at `redis://user:password@host:port/database`.
    pub(crate) fn start(url: &str) -> Self {
        Self::with_breakpoints(url, Breakpoints::new())
    }

    /// Like [`RedisProxy::start`], for a process that stops at breakpoints.
    pub(crate) fn with_breakpoints(url: &str, breakpoints: Breakpoints) -> Self {
        let RedisUrl { userinfo, address, database } = split_url(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("redis://{userinfo}{}/{database}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            recorded: Mutex::default(),
            fault: watch::Sender::new(Fault::None),
            close: Mutex::new(watch::Sender::new(())),
            black_hole: Mutex::new(watch::Sender::new(false)),
            breakpoints,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(forward::serve(listener, address.to_owned(), shared.clone()));
        Self { url, shared, runtime: Some(runtime) }
    }

    /// The URL of the proxy, with the user and database of the server's URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
        if fault == Fault::Refuse {
            self.close_connections();
        }
    }

    /// Closes all open connections, as a peer does after its idle timeout. Returns when they are
    /// closed.
    pub(crate) fn close_connections(&self) {
        let close = replace(&mut *self.shared.close.lock().unwrap(), watch::Sender::new(()));
        close.send_replace(());
        wait::until("the connections to close", || close.receiver_count() == 0);
    }

    /// Drops all further traffic on the open connections without closing them. New connections
    /// work.
    pub(crate) fn black_hole_connections(&self) {
        replace(&mut *self.shared.black_hole.lock().unwrap(), watch::Sender::new(false)).send_replace(true);
    }

    /// Returns the round trips since the last call. Each is the names of the commands that were
    /// sent together and answered. Commands that set up a connection do not count.
    pub(crate) fn take_round_trips(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.recorded.lock().unwrap().round_trips)
    }

    /// Returns the commands since the last call with their arguments, answered or not.
    pub(crate) fn take_commands(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.recorded.lock().unwrap().commands)
    }

    /// Returns the commands since the last call that set up a connection.
    pub(crate) fn take_handshake_commands(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.recorded.lock().unwrap().handshake)
    }
}

impl Drop for RedisProxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
