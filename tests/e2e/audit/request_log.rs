//! The changes that clients requested, with their outcomes. The audit trail must agree with them.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use super::trail::Event;

/// The outcome of a change, as its client knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The response says that the change was made.
    Acknowledged,
    /// There was no response.
    Unknown,
    /// The response says that the change was not made.
    Rejected,
}

/// A requested change, with all its attempts under one idempotency key.
#[derive(Debug)]
pub(crate) struct Mutation {
    pub(crate) action: &'static str,
    /// One per attempt.
    pub(crate) request_ids: Vec<String>,
    /// The id of the changed resource, if the client knows it.
    pub(crate) target: Option<String>,
    pub(crate) outcome: Outcome,
}

/// All changes of all clients.
#[derive(Default)]
pub(crate) struct RequestLog {
    mutations: RefCell<Vec<Mutation>>,
    latencies: RefCell<Vec<Duration>>,
    request_ids: Cell<usize>,
    unanswered: Cell<usize>,
}

/// A position in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) mutations: usize,
    pub(crate) unanswered: usize,
    latencies: usize,
}

impl RequestLog {
    /// A new request id.
    pub(crate) fn next_request_id(&self) -> String {
        self.request_ids.set(self.request_ids.get() + 1);
        format!("e2e-{}", self.request_ids.get())
    }

    pub(crate) fn record(&self, mutation: Mutation) {
        self.mutations.borrow_mut().push(mutation);
    }

    pub(crate) fn record_latency(&self, latency: Duration) {
        self.latencies.borrow_mut().push(latency);
    }

    pub(crate) fn record_unanswered(&self) {
        self.unanswered.set(self.unanswered.get() + 1);
    }

    /// The current end of the log.
    pub(crate) fn mark(&self) -> Mark {
        let (mutations, latencies) = (self.mutations.borrow().len(), self.latencies.borrow().len());
        Mark { mutations, latencies, unanswered: self.unanswered.get() }
    }

    /// The 99th percentile of the latencies since `mark`, and the number of responses.
    pub(crate) fn p99_since(&self, mark: Mark) -> (Duration, usize) {
        let mut latencies = self.latencies.borrow()[mark.latencies..].to_vec();
        latencies.sort_unstable();
        (latencies[latencies.len() * 99 / 100], latencies.len())
    }

    /// The number of mutations since `mark` with this outcome.
    pub(crate) fn count_since(&self, mark: Mark, outcome: Outcome) -> usize {
        self.mutations.borrow()[mark.mutations..].iter().filter(|mutation| mutation.outcome == outcome).count()
    }

    /// The ids of the resources of mutations with this action and outcome.
    pub(crate) fn targets(&self, action: &str, outcome: Outcome) -> Vec<String> {
        let mutations = self.mutations.borrow();
        let matching = mutations.iter().filter(|mutation| mutation.action == action && mutation.outcome == outcome);
        matching.filter_map(|mutation| mutation.target.clone()).collect()
    }

    /// Asserts that the events match the mutations: one event for an acknowledged one, at most one
    /// for an unknown one, none for a rejected one, and no others. Returns the number of unknown
    /// mutations that have an event.
    pub(crate) fn assert_matches(&self, events: &[Event]) -> usize {
        let mutations = self.mutations.borrow();
        let ids = |(at, mutation): (usize, &Mutation)| mutation.request_ids.iter().map(|id| (id.clone(), at)).collect();
        let by_request: HashMap<_, _> = mutations.iter().enumerate().flat_map::<Vec<_>, _>(ids).collect();
        let mut events_of: Vec<Vec<&Event>> = vec![Vec::new(); mutations.len()];
        for event in events {
            match by_request.get(&event.request_id) {
                Some(at) => events_of[*at].push(event),
                None => panic!("no client requested {event:?}"),
            }
        }
        let mut unknown_with_event = 0;
        for (mutation, events) in mutations.iter().zip(events_of) {
            let is_valid = match mutation.outcome {
                Outcome::Acknowledged => events.len() == 1,
                Outcome::Unknown => events.len() <= 1,
                Outcome::Rejected => events.is_empty(),
            };
            assert!(is_valid, "{mutation:?} has the events {events:?}");
            for event in events {
                assert_eq!(event.action, mutation.action, "{mutation:?} has the event {event:?}");
                assert!(mutation.target.is_none() || event.target == mutation.target, "{mutation:?}: {event:?}");
                unknown_with_event += usize::from(mutation.outcome == Outcome::Unknown);
            }
        }
        unknown_with_event
    }
}
