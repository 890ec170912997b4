//! Where a process can be killed: at each step of its exchanges with the outside.
//!
//! An exchange has two steps: its request has arrived and is not passed on yet, and its answer has arrived and is not
//! passed back yet. What stands between the process and the outside asks here before it goes on ([`Steps::asked`],
//! [`Exchange::answered`]), and is held when the world stops.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use tokio::sync::watch;

/// Before a request is passed on, or before its answer is passed back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Asked,
    Answered,
}

/// A step by name, for instance the first `DynamoDB TransactWriteItems`, asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    pub(crate) exchange: String,
    /// Of those with this name, from 1.
    pub(crate) nth: usize,
    pub(crate) side: Side,
}

/// When the world stops.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    /// What reaches this step is held.
    pub(crate) at: Step,
    /// The others are held when this one is reached as well; at once if there is none.
    pub(crate) and: Option<Step>,
}

/// What becomes of requests that are held, once their sender is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Lost,
    PassedOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum World {
    Running,
    Stopped,
    Over(Fate),
}

/// What the wires of one process ask.
#[derive(Clone)]
pub(crate) struct Steps(Arc<Mutex<Arc<Run>>>);

/// The exchanges from one [`Steps::begin`] to the next. They belong to it also when they end later.
pub(crate) struct Run {
    stop: Option<Stop>,
    seen: Mutex<Vec<Step>>,
    world: watch::Sender<World>,
    under_way: watch::Sender<usize>,
}

/// A request that was passed on.
pub(crate) struct Exchange {
    run: Arc<Run>,
    step: Step,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Run::new(None))))
    }

    /// From now on steps are counted anew, and the world will stop there.
    pub(crate) fn begin(&self, stop: Option<Stop>) -> Arc<Run> {
        let run = Run::new(stop);
        *self.0.lock().unwrap() = run.clone();
        run
    }

    /// A request has arrived. It may be passed on, unless it is lost.
    pub(crate) async fn asked(&self, exchange: &str) -> Option<Exchange> {
        let run = self.0.lock().unwrap().clone();
        let exchange = Exchange::arrived(run, exchange);
        exchange.run.holds(&exchange.step).await.then_some(exchange)
    }
}

impl Exchange {
    fn arrived(run: Arc<Run>, exchange: &str) -> Self {
        run.under_way.send_modify(|number| *number += 1);
        let step = run.note_request(exchange);
        Self { run, step }
    }

    /// Its answer has arrived, which is noted at once. It may be passed back when it is let go, unless it is lost.
    pub(crate) fn answered(&self) -> impl Future<Output = bool> {
        let step = Step { side: Side::Answered, ..self.step.clone() };
        self.run.note(step.clone());
        async move { self.run.holds(&step).await }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.run.under_way.send_modify(|number| *number -= 1);
    }
}

impl Run {
    fn new(stop: Option<Stop>) -> Arc<Self> {
        let (world, under_way) = (watch::Sender::new(World::Running), watch::Sender::new(0));
        Arc::new(Self { stop, seen: Mutex::default(), world, under_way })
    }

    /// What has been reached so far.
    pub(crate) fn seen(&self) -> Vec<Step> {
        self.seen.lock().unwrap().clone()
    }

    /// Until the world stops.
    pub(crate) async fn stopped(&self) {
        self.world.subscribe().wait_for(|world| *world == World::Stopped).await.unwrap();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *self.world.borrow() == World::Stopped
    }

    /// Lets go of what is held. Answers are for a dead process, whatever their fate.
    pub(crate) fn end(&self, fate: Fate) {
        self.world.send_replace(World::Over(fate));
    }

    /// Until every exchange is over.
    pub(crate) async fn settled(&self) {
        self.under_way.subscribe().wait_for(|number| *number == 0).await.unwrap();
    }

    fn note_request(&self, exchange: &str) -> Step {
        let mut seen = self.seen.lock().unwrap();
        let same = |step: &&Step| step.exchange == exchange && step.side == Side::Asked;
        let nth = seen.iter().filter(same).count() + 1;
        let step = Step { exchange: exchange.to_owned(), nth, side: Side::Asked };
        seen.push(step.clone());
        self.stop_if_reached(&seen);
        step
    }

    fn note(&self, step: Step) {
        let mut seen = self.seen.lock().unwrap();
        seen.push(step);
        self.stop_if_reached(&seen);
    }

    fn stop_if_reached(&self, seen: &[Step]) {
        let Some(Stop { at, and }) = &self.stop else { return };
        if seen.contains(at) && and.as_ref().is_none_or(|and| seen.contains(and)) {
            let stop = |world: &mut World| {
                let is_running = *world == World::Running;
                if is_running {
                    *world = World::Stopped;
                }
                is_running
            };
            self.world.send_if_modified(stop);
        }
    }

    /// Holds what has reached this step as long as it must be, and says whether it may go on.
    async fn holds(&self, step: &Step) -> bool {
        let is_held = self.stop.as_ref().is_some_and(|stop| stop.at == *step);
        let may_go = |world: &World| match world {
            World::Running => !is_held,
            World::Stopped => false,
            World::Over(_) => true,
        };
        let mut worlds = self.world.subscribe();
        let world = *worlds.wait_for(may_go).await.unwrap();
        world != World::Over(Fate::Lost)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?}", self.exchange, self.nth, self.side)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.and {
            None => self.at.fmt(f),
            Some(and) => write!(f, "{}, {and}", self.at),
        }
    }
}
