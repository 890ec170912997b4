use crate::support::breakpoints::{Breakpoint, Checkpoint, Phase};

pub(super) const STORE: &str = "DynamoDB TransactWriteItems";
const INVALIDATE: &str = "Redis DEL";
const SEND: &str = "SQS SendMessage";
const RESPOND: &str = "Runtime API response";

/// The state in which the request begins that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    /// Redis holds nothing.
    RedisIsEmpty,
    /// Redis holds the session and a page of the list without the item.
    RedisHasList,
    /// As [`Self::RedisHasList`], and an earlier request was killed right after it stored the item.
    AlreadyStored,
    /// Redis is unavailable.
    NoRedis,
    /// SQS refuses requests.
    NoQueue,
}

/// When the requests that the dead process had sent arrive at their service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    Never,
    BeforeRetry,
    AfterRetry,
}

impl Scenario {
    /// The exchanges of an undisturbed request. A new exchange must be added here, which adds its
    /// breakpoints.
    pub(super) fn exchanges(self) -> &'static [&'static str] {
        match self {
            Self::RedisIsEmpty => {
                &["Redis EVALSHA", "DynamoDB GetItem", "Redis EVALSHA", STORE, INVALIDATE, SEND, RESPOND]
            }
            Self::RedisHasList => &["Redis EVALSHA", STORE, INVALIDATE, SEND, RESPOND],
            Self::AlreadyStored => &["Redis EVALSHA", STORE, "DynamoDB GetItem", INVALIDATE, SEND, RESPOND],
            Self::NoRedis => &["DynamoDB GetItem", STORE, SEND, RESPOND],
            // The message is sent twice before the event goes to the outbox.
            Self::NoQueue => &["Redis EVALSHA", STORE, INVALIDATE, SEND, SEND, "DynamoDB PutItem", RESPOND],
        }
    }

    /// The two exchanges that are in flight at the same time.
    fn concurrent_exchanges(self) -> Option<[&'static str; 2]> {
        match self {
            Self::RedisIsEmpty | Self::RedisHasList | Self::AlreadyStored => Some([INVALIDATE, SEND]),
            Self::NoRedis => None,
            Self::NoQueue => Some([INVALIDATE, "DynamoDB PutItem"]),
        }
    }

    /// A breakpoint at every checkpoint. For the concurrent exchanges, also every checkpoint of one
    /// combined with every checkpoint of the other.
    pub(super) fn breakpoints(self) -> Vec<Breakpoint> {
        let exchanges = self.exchanges();
        let nth = |at: usize| exchanges[..=at].iter().filter(|other| **other == exchanges[at]).count();
        let each = (0..exchanges.len()).flat_map(|at| checkpoints_of(exchanges[at], nth(at)));
        let mut breakpoints: Vec<_> = each.map(|at| Breakpoint { at, and: None }).collect();
        if let Some([one, other]) = self.concurrent_exchanges() {
            for (at, and) in [(one, other), (other, one)] {
                for at in checkpoints_of(at, 1) {
                    let combined = checkpoints_of(and, 1).map(|and| Breakpoint { at: at.clone(), and: Some(and) });
                    breakpoints.extend(combined);
                }
            }
        }
        breakpoints
    }
}

/// Both checkpoints of an exchange.
pub(super) fn checkpoints_of(exchange: &str, nth: usize) -> [Checkpoint; 2] {
    [Phase::Request, Phase::Response].map(|phase| Checkpoint { exchange: exchange.to_owned(), nth, phase })
}

/// The possible arrivals of what a breakpoint holds. Responses have no receiver any more, so only
/// requests can arrive.
pub(super) fn arrivals(breakpoint: &Breakpoint) -> &'static [Arrival] {
    let is_request = |checkpoint: &Checkpoint| checkpoint.phase == Phase::Request && checkpoint.exchange != RESPOND;
    if is_request(&breakpoint.at) || breakpoint.and.as_ref().is_some_and(is_request) {
        &[Arrival::Never, Arrival::BeforeRetry, Arrival::AfterRetry]
    } else {
        &[Arrival::Never]
    }
}
