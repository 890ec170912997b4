//! The points at which a test can kill a process: before and after each of its exchanges with the
//! outside.
//!
//! An exchange has two checkpoints. At the first, its request has arrived at a proxy and is not
//! forwarded yet. At the second, the response has arrived and is not returned yet. Every proxy
//! between the process and the outside waits here before it continues
//! ([`Breakpoints::request_arrived`], [`Exchange::response_arrived`]). Once a run is paused, every
//! exchange waits at its next checkpoint until the test releases it.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tokio::sync::watch;

/// Before the request is forwarded, or before the response is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Request,
    Response,
}

/// A named checkpoint, for example the request of the first `DynamoDB TransactWriteItems`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Checkpoint {
    pub(crate) exchange: String,
    /// The number of this exchange among those of its name, from 1.
    pub(crate) nth: usize,
    pub(crate) phase: Phase,
}

/// When a run pauses.
#[derive(Debug, Clone)]
pub(crate) struct Breakpoint {
    /// An exchange that reaches this checkpoint waits there.
    pub(crate) at: Checkpoint,
    /// The run pauses when this checkpoint is reached as well. Without one, it pauses at `at`.
    pub(crate) and: Option<Checkpoint>,
}

/// What happens to the requests that are still held when their sender is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InFlight {
    Dropped,
    Forwarded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunState {
    Running,
    Paused,
    Released(InFlight),
}

/// Shared by all proxies of one process.
#[derive(Clone)]
pub(crate) struct Breakpoints(Arc<Mutex<Arc<Run>>>);

/// The exchanges that begin between one [`Breakpoints::start_run`] and the next. They belong to
/// this run even if they end later.
pub(crate) struct Run {
    breakpoint: Option<Breakpoint>,
    reached: Mutex<Vec<Checkpoint>>,
    state: watch::Sender<RunState>,
    in_flight: watch::Sender<usize>,
}

/// A request that was forwarded.
pub(crate) struct Exchange {
    run: Arc<Run>,
    request: Checkpoint,
}

impl Breakpoints {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Run::new(None))))
    }

    /// Starts a run that counts its checkpoints from 1 and pauses at `breakpoint`.
    pub(crate) fn start_run(&self, breakpoint: Option<Breakpoint>) -> Arc<Run> {
        let run = Run::new(breakpoint);
        *self.0.lock().unwrap() = run.clone();
        run
    }

    /// Records a request and waits until it may be forwarded. Returns `None` when it is dropped.
    pub(crate) async fn request_arrived(&self, exchange: &str) -> Option<Exchange> {
        let run = self.0.lock().unwrap().clone();
        let exchange = Exchange::start(run, exchange);
        exchange.run.wait_at(&exchange.request).await.then_some(exchange)
    }
}

impl Exchange {
    fn start(run: Arc<Run>, exchange: &str) -> Self {
        run.in_flight.send_modify(|count| *count += 1);
        let request = run.record_request(exchange);
        Self { run, request }
    }

    /// Records the response at once. The future waits until the response may be returned, and is
    /// `false` when it is dropped.
    pub(crate) fn response_arrived(&self) -> impl Future<Output = bool> {
        let response = Checkpoint { phase: Phase::Response, ..self.request.clone() };
        self.run.record_response(response.clone());
        async move { self.run.wait_at(&response).await }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.run.in_flight.send_modify(|count| *count -= 1);
    }
}

impl Run {
    fn new(breakpoint: Option<Breakpoint>) -> Arc<Self> {
        let (state, in_flight) = (watch::Sender::new(RunState::Running), watch::Sender::new(0));
        Arc::new(Self { breakpoint, reached: Mutex::default(), state, in_flight })
    }

    /// The checkpoints that have been reached so far, in order.
    pub(crate) fn checkpoints(&self) -> Vec<Checkpoint> {
        self.reached.lock().unwrap().clone()
    }

    /// Waits until the run pauses.
    pub(crate) async fn paused(&self) {
        self.state.subscribe().wait_for(|state| *state == RunState::Paused).await.unwrap();
    }

    pub(crate) fn is_paused(&self) -> bool {
        *self.state.borrow() == RunState::Paused
    }

    /// Releases everything that waits. `requests` says what happens to requests; responses have no
    /// receiver any more.
    pub(crate) fn release(&self, requests: InFlight) {
        self.state.send_replace(RunState::Released(requests));
    }

    /// Waits until every exchange has ended.
    pub(crate) async fn drained(&self) {
        self.in_flight.subscribe().wait_for(|count| *count == 0).await.unwrap();
    }

    fn record_request(&self, exchange: &str) -> Checkpoint {
        let mut reached = self.reached.lock().unwrap();
        let is_same = |other: &&Checkpoint| other.exchange == exchange && other.phase == Phase::Request;
        let nth = reached.iter().filter(is_same).count() + 1;
        let request = Checkpoint { exchange: exchange.to_owned(), nth, phase: Phase::Request };
        reached.push(request.clone());
        self.pause_if_reached(&reached);
        request
    }

    fn record_response(&self, response: Checkpoint) {
        let mut reached = self.reached.lock().unwrap();
        reached.push(response);
        self.pause_if_reached(&reached);
    }

    fn pause_if_reached(&self, reached: &[Checkpoint]) {
        let Some(Breakpoint { at, and }) = &self.breakpoint else { return };
        if reached.contains(at) && and.as_ref().is_none_or(|and| reached.contains(and)) {
            self.state.send_if_modified(|state| {
                let is_running = *state == RunState::Running;
                if is_running {
                    *state = RunState::Paused;
                }
                is_running
            });
        }
    }

    /// Waits at a checkpoint for as long as the run requires. Returns `false` when the request or
    /// response is dropped.
    async fn wait_at(&self, checkpoint: &Checkpoint) -> bool {
        let is_breakpoint = self.breakpoint.as_ref().is_some_and(|breakpoint| breakpoint.at == *checkpoint);
        let may_continue = |state: &RunState| match state {
            RunState::Running => !is_breakpoint,
            RunState::Paused => false,
            RunState::Released(_) => true,
        };
        let mut states = self.state.subscribe();
        let state = *states.wait_for(may_continue).await.unwrap();
        state != RunState::Released(InFlight::Dropped)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.exchange, self.nth, self.phase)
    }
}

impl fmt::Display for Breakpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.and {
            None => self.at.fmt(f),
            Some(and) => write!(f, "{}, {and}", self.at),
        }
    }
}
