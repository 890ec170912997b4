//! What the clients did, by what they were told: the trail must say the same.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use super::trail::Event;

/// What a client knows of what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was told that it is done.
    Acknowledged,
    /// It was told nothing.
    Unknown,
    /// It was told that it is not done.
    Refused,
}

/// What a client asked for, once or several times with the same idempotency key.
#[derive(Debug)]
pub(crate) struct Mutation {
    pub(crate) action: &'static str,
    /// One for each time.
    pub(crate) request_ids: Vec<String>,
    /// The id of the thing, where the client knows it.
    pub(crate) target: Option<String>,
    pub(crate) outcome: Outcome,
}

/// Everything that all clients asked for.
#[derive(Default)]
pub(crate) struct Ledger {
    mutations: RefCell<Vec<Mutation>>,
    took: RefCell<Vec<Duration>>,
    request_ids: Cell<usize>,
    unanswered: Cell<usize>,
}

/// Where the ledger stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) mutations: usize,
    pub(crate) unanswered: usize,
    answers: usize,
}

impl Ledger {
    /// One that nobody has had.
    pub(crate) fn request_id(&self) -> String {
        self.request_ids.set(self.request_ids.get() + 1);
        format!("e2e-{}", self.request_ids.get())
    }

    pub(crate) fn note(&self, mutation: Mutation) {
        self.mutations.borrow_mut().push(mutation);
    }

    pub(crate) fn answered_after(&self, took: Duration) {
        self.took.borrow_mut().push(took);
    }

    pub(crate) fn not_answered(&self) {
        self.unanswered.set(self.unanswered.get() + 1);
    }

    pub(crate) fn mark(&self) -> Mark {
        let (mutations, answers) = (self.mutations.borrow().len(), self.took.borrow().len());
        Mark { mutations, answers, unanswered: self.unanswered.get() }
    }

    /// How long 99 of 100 answers since then took at most, and how many there were.
    pub(crate) fn p99_since(&self, mark: Mark) -> (Duration, usize) {
        let mut took = self.took.borrow()[mark.answers..].to_vec();
        took.sort_unstable();
        (took[took.len() * 99 / 100], took.len())
    }

    /// How many mutations since then ended like this.
    pub(crate) fn count_since(&self, mark: Mark, outcome: Outcome) -> usize {
        self.mutations.borrow()[mark.mutations..].iter().filter(|mutation| mutation.outcome == outcome).count()
    }

    /// The ids of things with which this was done, or may have been.
    pub(crate) fn targets(&self, action: &str, outcome: Outcome) -> Vec<String> {
        let mutations = self.mutations.borrow();
        let these = mutations.iter().filter(|mutation| mutation.action == action && mutation.outcome == outcome);
        these.filter_map(|mutation| mutation.target.clone()).collect()
    }

    /// What was acknowledged was told once; what nobody was told of, at most once; nothing else at all. How many unknown
    /// outcomes were told, and so had happened.
    pub(crate) fn agrees_with(&self, events: &[Event]) -> usize {
        let mutations = self.mutations.borrow();
        let ids = |(at, mutation): (usize, &Mutation)| mutation.request_ids.iter().map(|id| (id.clone(), at)).collect();
        let by_request: HashMap<_, _> = mutations.iter().enumerate().flat_map::<Vec<_>, _>(ids).collect();
        let mut told: Vec<Vec<&Event>> = vec![Vec::new(); mutations.len()];
        for event in events {
            match by_request.get(&event.request_id) {
                Some(at) => told[*at].push(event),
                None => panic!("nobody asked for {event:?}"),
            }
        }
        let mut surprises = 0;
        for (mutation, told) in mutations.iter().zip(told) {
            let is_right = match mutation.outcome {
                Outcome::Acknowledged => told.len() == 1,
                Outcome::Unknown => told.len() <= 1,
                Outcome::Refused => told.is_empty(),
            };
            assert!(is_right, "{mutation:?} is told as {told:?}");
            for event in told {
                assert_eq!(event.action, mutation.action, "{mutation:?} is told as {event:?}");
                assert!(mutation.target.is_none() || event.target == mutation.target, "{mutation:?}: {event:?}");
                surprises += usize::from(mutation.outcome == Outcome::Unknown);
            }
        }
        surprises
    }
}
