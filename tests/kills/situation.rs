use crate::support::steps::{Side, Step, Stop};

pub(super) const STORES: &str = "DynamoDB TransactWriteItems";
const FORGETS: &str = "Redis DEL";
const SENDS: &str = "SQS SendMessage";
const ANSWERS: &str = "Runtime API response";

/// How things stand when the try begins that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation {
    /// Redis knows nothing.
    RedisIsEmpty,
    /// Redis knows the session, and a page of the list without the item.
    RedisKnows,
    /// The same, and an earlier try was killed when the item was stored and nothing else was done.
    Stored,
    /// Redis is away.
    NoRedis,
    /// SQS refuses.
    NoQueue,
}

/// What becomes of the requests that the dead process had sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Late {
    Lost,
    BeforeTheNextTry,
    AfterTheNextTry,
}

impl Situation {
    /// The exchanges of a try that nothing happens to. A new one must be added here, and so to what is tried.
    pub(super) fn exchanges(self) -> &'static [&'static str] {
        match self {
            Self::RedisIsEmpty => {
                &["Redis EVALSHA", "DynamoDB GetItem", "Redis EVALSHA", STORES, FORGETS, SENDS, ANSWERS]
            }
            Self::RedisKnows => &["Redis EVALSHA", STORES, FORGETS, SENDS, ANSWERS],
            Self::Stored => &["Redis EVALSHA", STORES, "DynamoDB GetItem", FORGETS, SENDS, ANSWERS],
            Self::NoRedis => &["DynamoDB GetItem", STORES, SENDS, ANSWERS],
            // SQS is asked twice.
            Self::NoQueue => &["Redis EVALSHA", STORES, FORGETS, SENDS, SENDS, "DynamoDB PutItem", ANSWERS],
        }
    }

    /// The exchanges that are under way at the same time.
    fn at_once(self) -> Option<[&'static str; 2]> {
        match self {
            Self::RedisIsEmpty | Self::RedisKnows | Self::Stored => Some([FORGETS, SENDS]),
            Self::NoRedis => None,
            Self::NoQueue => Some([FORGETS, "DynamoDB PutItem"]),
        }
    }

    /// Every step, and of two exchanges at once each step with each of the other's.
    pub(super) fn stops(self) -> Vec<Stop> {
        let exchanges = self.exchanges();
        let nth = |at: usize| exchanges[..=at].iter().filter(|other| **other == exchanges[at]).count();
        let each = (0..exchanges.len()).flat_map(|at| sides(exchanges[at], nth(at)));
        let mut stops: Vec<_> = each.map(|at| Stop { at, and: None }).collect();
        if let Some([one, other]) = self.at_once() {
            for (at, and) in [(one, other), (other, one)] {
                for at in sides(at, 1) {
                    stops.extend(sides(and, 1).map(|and| Stop { at: at.clone(), and: Some(and) }));
                }
            }
        }
        stops
    }
}

/// Both steps of an exchange.
pub(super) fn sides(exchange: &str, nth: usize) -> [Step; 2] {
    [Side::Asked, Side::Answered].map(|side| Step { exchange: exchange.to_owned(), nth, side })
}

/// What can become of what is held there: of answers nothing, for nobody is there to get them.
pub(super) fn lates(stop: &Stop) -> &'static [Late] {
    let is_request = |step: &Step| step.side == Side::Asked && step.exchange != ANSWERS;
    if is_request(&stop.at) || stop.and.as_ref().is_some_and(is_request) {
        &[Late::Lost, Late::BeforeTheNextTry, Late::AfterTheNextTry]
    } else {
        &[Late::Lost]
    }
}
