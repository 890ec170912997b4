//! What the audit trail says: who did what to which thing, when, and how it ended.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;

use super::{Email, EventId, UserId};

mod act;
mod action;

pub use action::{Action, Outcome, TargetType};

/// One entry of the audit trail. It holds no password, token or hash: none of its parts can take one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id; its order is the order of time. An event that is sent twice has the same id both times.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, to what, and who did it.
    pub act: Act,
    /// Where the request came from.
    pub origin: Origin,
}

/// What happened, to what, and who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What was done, or tried.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// Who did it.
    pub actor: Actor,
    /// The thing it was done to.
    pub target: Target,
    /// What the thing is like now, and whatever else explains the act.
    pub changes: Changes,
}

/// Who did it: an account, or whoever gave an address that may be one's, or somebody of whom nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The account, when the caller proved to be it.
    pub id: Option<UserId>,
    /// Its address, or the one that was given.
    pub email: Option<Email>,
}

/// A thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: TargetType,
    /// Which one it is; `None` for all of them, or none that there is.
    pub id: Option<String>,
}

/// Values by name.
pub type Changes = BTreeMap<String, Scalar>;

/// A value that an act sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// How many.
    Number(u64),
}

/// Where a request came from, for the trail and never for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The address, as API Gateway saw it.
    pub ip: Option<IpAddr>,
    /// What the client says of itself: at most 256 characters, none of them a control character.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: String,
}

/// What an event changes about the numbers of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Accounts more or fewer.
    pub users: i64,
    /// Watchlist items more or fewer.
    pub watchlist_items: i64,
    /// Customers more or fewer.
    pub customers: i64,
    /// Favourites more or fewer.
    pub favorites: i64,
}

/// The change that says how many watchlist items an act took away.
const WATCHLIST_ITEMS: &str = "watchlist_items";
/// The change that says how many favourites an act added or took away.
const FAVORITES: &str = "favorites";

impl AuditEvent {
    /// Whose trail the event belongs to: the actor's, or that of the account that somebody tried to use. `None` when there is
    /// no such account.
    #[must_use]
    pub fn trail(&self) -> Option<UserId> {
        self.act.actor.id.or_else(|| self.target_account())
    }

    /// The account whose trail tells of it too: one that an administrator has done something to.
    #[must_use]
    pub fn other_trail(&self) -> Option<UserId> {
        self.target_account().filter(|account| Some(*account) != self.trail())
    }

    fn target_account(&self) -> Option<UserId> {
        let Target { kind: TargetType::Account | TargetType::Watchlist, id: Some(id) } = &self.act.target else {
            return None;
        };
        UserId::parse(id).ok()
    }

    /// What it changes about the numbers of things.
    #[must_use]
    pub fn counted(&self) -> Counted {
        let number = |name: &str| match self.act.changes.get(name) {
            Some(Scalar::Number(number)) => i64::try_from(*number).unwrap_or(i64::MAX),
            _ => 0,
        };
        let mut counted = Counted::default();
        match self.act.action {
            Action::Registered => counted.users = 1,
            Action::AccountDeleted | Action::UserDeleted => counted.users = -1,
            Action::ItemAdded => counted.watchlist_items = 1,
            Action::ItemRemoved => counted.watchlist_items = -1,
            Action::WatchlistCleared => counted.watchlist_items = -number(WATCHLIST_ITEMS),
            Action::CustomerCreated => counted.customers = 1,
            Action::CustomerDeleted => counted.customers = -1,
            Action::FavoritesAdded => counted.favorites = number(FAVORITES),
            Action::FavoriteRemoved => counted.favorites = -1,
            Action::FavoritesCleared => counted.favorites = -number(FAVORITES),
            _ => {}
        }
        counted
    }
}
