//! The way from the functions of a running [`Stack`](super::stack::Stack) to its SQS. It breaks as a network does, and it
//! delivers messages twice. `sqs_wire` is for tests of one function, and answers as SQS does.

mod message;
mod pass_on;
mod tests;

use std::{
    mem::replace,
    net::TcpListener,
    sync::{Arc, Mutex},
};

use tokio::{runtime::Runtime, sync::watch};

use super::redis::wait_for;

/// What happens to what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it gets through.
    None,
    /// Connections are closed at once.
    Refuse,
    /// It is held back until the fault is over, and gets through then, when nobody waits for it any more.
    Hang,
    /// It gets through, and the answer is lost.
    LoseAnswers,
}

/// What has crossed the wire, or has not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Crossed {
    /// Messages that were sent, each counted once.
    pub(crate) messages: usize,
    /// Those of them that were delivered twice.
    pub(crate) doubled: usize,
    /// Connections that were refused.
    pub(crate) refused: usize,
    /// Requests that were held back, or whose answers were lost.
    pub(crate) unanswered: usize,
}

/// A proxy before SQS. It runs on a thread of its own and dies with the value.
pub(crate) struct StackSqs {
    url: String,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

/// What all connections share.
struct Shared {
    behind: String,
    crossed: Mutex<Crossed>,
    fault: watch::Sender<Fault>,
    /// Each connection listens to the one that there was when it came.
    cut: Mutex<watch::Sender<()>>,
    /// How many of ten messages are delivered twice.
    doubled_of_ten: u64,
}

impl StackSqs {
    /// Before the SQS at this address, `host:port`, at which nothing need listen yet. Of ten messages so many arrive twice,
    /// in every run the same.
    pub(crate) fn before(behind: &str, doubled_of_ten: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            behind: behind.to_owned(),
            crossed: Mutex::default(),
            fault: watch::Sender::new(Fault::None),
            cut: Mutex::new(watch::Sender::new(())),
            doubled_of_ten,
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.spawn(pass_on::serve(listener, shared.clone()));
        Self { url, shared, runtime: Some(runtime) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on. [`Fault::Refuse`] ends what connections there are, too.
    pub(crate) fn set_fault(&self, fault: Fault) {
        self.shared.fault.send_replace(fault);
        if fault == Fault::Refuse {
            let cut = replace(&mut *self.shared.cut.lock().unwrap(), watch::Sender::new(()));
            cut.send_replace(());
            wait_for("the end of connections", || cut.receiver_count() == 0);
        }
    }

    /// Since the beginning.
    pub(crate) fn crossed(&self) -> Crossed {
        *self.shared.crossed.lock().unwrap()
    }
}

impl Shared {
    fn count(&self, count: impl FnOnce(&mut Crossed)) {
        count(&mut self.crossed.lock().unwrap());
    }

    /// Notes a message; whether it is to be delivered twice.
    fn is_doubled(&self) -> bool {
        let mut crossed = self.crossed.lock().unwrap();
        // The fractional parts of multiples of the golden ratio: spread evenly, and in no step with what the clients do.
        let spread = u64::try_from(crossed.messages).unwrap().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let is_doubled = spread < u64::MAX / 10 * self.doubled_of_ten;
        crossed.messages += 1;
        crossed.doubled += usize::from(is_doubled);
        is_doubled
    }
}

impl Drop for StackSqs {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
