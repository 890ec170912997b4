//! What stands between the functions and Redis: it notes what crosses the wire and can break it.

mod pass_on;

use std::{
    mem::{replace, take},
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{runtime::Runtime, sync::watch};

use super::{redis::wait_for, redis_client::parts, steps::Steps};

/// What happens to what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it gets through.
    None,
    /// It is held back until the fault is over, and then gets through, as when Redis is stopped.
    Hang,
    /// It is lost, as when the network is.
    Lose,
    /// Connections are closed at once.
    Refuse,
    /// Answers take so long.
    Slow(Duration),
}

/// A proxy before a Redis. It runs on a thread of its own and dies with the value.
pub(crate) struct RedisWire {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// What all connections share.
struct Shared {
    seen: Mutex<Seen>,
    fault: watch::Sender<Fault>,
    /// Each connection listens to the ones that there were when it came.
    cut: Mutex<watch::Sender<()>>,
    stranded: Mutex<watch::Sender<bool>>,
    /// Each round trip is an exchange of these.
    steps: Steps,
}

#[derive(Default)]
struct Seen {
    round_trips: Vec<Vec<String>>,
    commands: Vec<Vec<String>>,
    set_up: Vec<Vec<String>>,
}

impl RedisWire {
    /// Before the Redis with this address, `redis://user:password@host:port/database`.
    pub(crate) fn before(url: &str) -> Self {
        Self::with_steps(url, Steps::new())
    }

    /// As [`RedisWire::before`], for a process that can be stopped at each step.
    pub(crate) fn with_steps(url: &str, steps: Steps) -> Self {
        let (user, behind, database) = parts(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("redis://{user}{}/{database}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            seen: Mutex::default(),
            fault: watch::Sender::new(Fault::None),
            cut: Mutex::new(watch::Sender::new(())),
            stranded: Mutex::new(watch::Sender::new(false)),
            steps,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(pass_on::serve(listener, behind.to_owned(), shared.clone()));
        Self { url, shared, runtime: Some(runtime) }
    }

    /// The same user and database, but through the wire.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set_fault(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
        if fault == Fault::Refuse {
            self.cut();
        }
    }

    /// Closes the connections that there are, as a peer does that has waited long enough. They are closed when it is done.
    pub(crate) fn cut(&self) {
        let cut = replace(&mut *self.shared.cut.lock().unwrap(), watch::Sender::new(()));
        cut.send_replace(());
        wait_for("the end of connections", || cut.receiver_count() == 0);
    }

    /// Loses from now on what the connections carry that there are; new ones are well.
    pub(crate) fn strand(&self) {
        replace(&mut *self.shared.stranded.lock().unwrap(), watch::Sender::new(false)).send_replace(true);
    }

    /// The round trips since the last time: each the names of the commands that went together and were answered. What sets
    /// a connection up is not counted.
    pub(crate) fn take_round_trips(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.seen.lock().unwrap().round_trips)
    }

    /// The commands since the last time, with everything they said, answered or not.
    pub(crate) fn take_commands(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.seen.lock().unwrap().commands)
    }

    /// The commands since the last time that set a connection up.
    pub(crate) fn take_set_up(&self) -> Vec<Vec<String>> {
        take(&mut self.shared.seen.lock().unwrap().set_up)
    }
}

impl Drop for RedisWire {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

mod tests;
