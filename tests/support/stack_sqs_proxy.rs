//! A proxy between the functions of a running [`Stack`](super::stack::Stack) and its SQS. It fails
//! as a network does, and delivers some messages twice. [`sqs_proxy`](super::sqs_proxy) serves
//! tests of single functions.

mod forward;
mod message;
mod tests;

use std::{
    mem::replace,
    net::TcpListener,
    sync::{Arc, Mutex},
};

use tokio::{runtime::Runtime, sync::watch};

use super::wait;

/// What happens to requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Requests succeed.
    None,
    /// Every connection is closed at once.
    Refuse,
    /// Requests arrive when the fault is over. Their senders have given up by then.
    Hang,
    /// Requests arrive, and their responses are lost.
    LoseResponses,
}

/// Counts of what the proxy has seen since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Messages sent. A message that was delivered twice counts once.
    pub(crate) messages: usize,
    /// Messages delivered twice.
    pub(crate) duplicated: usize,
    /// Connections refused.
    pub(crate) refused: usize,
    /// Requests that hung or lost their response.
    pub(crate) unanswered: usize,
}

/// A proxy to SQS. It runs on a thread of its own, which ends when the value is dropped.
pub(crate) struct StackSqsProxy {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// State that all connections share.
struct Shared {
    upstream: String,
    traffic: Mutex<Traffic>,
    fault: watch::Sender<Fault>,
    /// Each connection subscribes to the sender that is current when it opens, and closes on its
    /// signal.
    close: Mutex<watch::Sender<()>>,
    duplicates_per_ten: u64,
}

impl StackSqsProxy {
    /// Starts a proxy to the SQS at `upstream`, `host:port`, which need not run yet. Of ten
    /// messages, `duplicates_per_ten` are delivered twice, the same ones in every run.
    pub(crate) fn start(upstream: &str, duplicates_per_ten: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            traffic: Mutex::default(),
            fault: watch::Sender::new(Fault::None),
            close: Mutex::new(watch::Sender::new(())),
            duplicates_per_ten,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(forward::serve(listener, shared.clone()));
        Self { url, shared, runtime: Some(runtime) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sets the fault. [`Fault::Refuse`] also closes the open connections.
    pub(crate) fn set_fault(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
        if fault == Fault::Refuse {
            let close = replace(&mut *self.shared.close.lock().unwrap(), watch::Sender::new(()));
            close.send_replace(());
            wait::until("the connections to close", || close.receiver_count() == 0);
        }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        *self.shared.traffic.lock().unwrap()
    }
}

impl Shared {
    fn count(&self, count: impl FnOnce(&mut Traffic)) {
        count(&mut self.traffic.lock().unwrap());
    }

    /// Counts a message. Returns whether it is delivered twice.
    fn count_message(&self) -> bool {
        let mut traffic = self.traffic.lock().unwrap();
        // Fractional parts of multiples of the golden ratio: evenly spread, and independent of the
        // clients' patterns.
        let spread = u64::try_from(traffic.messages).unwrap().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let is_duplicated = spread < u64::MAX / 10 * self.duplicates_per_ten;
        traffic.messages += 1;
        traffic.duplicated += usize::from(is_duplicated);
        is_duplicated
    }
}

impl Drop for StackSqsProxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
