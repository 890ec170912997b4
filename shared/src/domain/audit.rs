//! Audit events: who did what to which resource, when, and with which outcome.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;

use super::{Email, EventId, UserId};

mod action;
mod enums;

pub use enums::{ActionType, Outcome, TargetType};

/// An entry of the audit trail.
///
/// It never contains a password, a token or a hash: no constructor of [`AuditAction`] accepts one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// The id. Ids sort by time, and an event that is sent twice has the same id both times.
    pub id: EventId,
    /// The time of the action.
    pub at: Timestamp,
    /// The action, its actor, its target and its outcome.
    pub action: AuditAction,
    /// The request that caused the event.
    pub source: RequestSource,
}

/// An action with its actor, its target and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditAction {
    /// The type of the action, also of an attempt that failed.
    pub kind: ActionType,
    /// The outcome.
    pub outcome: Outcome,
    /// The account that performed the action.
    pub actor: Actor,
    /// The resource that the action was performed on.
    pub target: Target,
    /// The new values of the target's attributes, and other details of the action.
    pub changes: Changes,
}

/// The account that performed an action.
///
/// A failed sign-in has no id, only the email address that was entered. Both are `None` for actions
/// of the operator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// The authenticated account.
    pub id: Option<UserId>,
    /// The email address of the account, or the one that was entered at sign-in.
    pub email: Option<Email>,
}

/// The resource that an action was performed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The type of the resource.
    pub kind: TargetType,
    /// The id of the resource. `None` for a collection, or when no such resource exists.
    pub id: Option<String>,
}

/// Values by name.
pub type Changes = BTreeMap<String, Scalar>;

/// A value in [`Changes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A boolean.
    Flag(bool),
    /// A non-negative integer.
    Number(u64),
}

/// The client and the id of a request. For the audit trail only; no decision depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestSource {
    /// The source address, as API Gateway saw it.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header without control characters, truncated to 256 characters.
    pub user_agent: Option<String>,
    /// The request id.
    pub request_id: String,
}

/// The amounts by which an event changes the counters of `GET /v1/admin/stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CounterDeltas {
    /// Accounts.
    pub users: i64,
    /// Watchlist items.
    pub watchlist_items: i64,
    /// Customers.
    pub customers: i64,
    /// Favourites.
    pub favorites: i64,
}

/// The key in [`Changes`] for the number of watchlist items that were removed.
const WATCHLIST_ITEMS: &str = "watchlist_items";
/// The key in [`Changes`] for the number of favourites that were added or removed.
const FAVORITES: &str = "favorites";

impl AuditEvent {
    /// The owner of the trail that contains the event: the actor, or the target account of a failed
    /// sign-in. `None` when no such account exists.
    #[must_use]
    pub fn trail_owner(&self) -> Option<UserId> {
        self.action.actor.id.or_else(|| self.target_account())
    }

    /// The account that an administrator acted on. Its trail contains a copy of the event.
    #[must_use]
    pub fn affected_account(&self) -> Option<UserId> {
        self.target_account().filter(|account| Some(*account) != self.trail_owner())
    }

    fn target_account(&self) -> Option<UserId> {
        let Target { kind: TargetType::Account | TargetType::Watchlist, id: Some(id) } = &self.action.target else {
            return None;
        };
        UserId::parse(id).ok()
    }

    /// The amounts by which the event changes the counters.
    #[must_use]
    pub fn counter_deltas(&self) -> CounterDeltas {
        let number = |name: &str| match self.action.changes.get(name) {
            Some(Scalar::Number(number)) => i64::try_from(*number).unwrap_or(i64::MAX),
            _ => 0,
        };
        let mut deltas = CounterDeltas::default();
        match self.action.kind {
            ActionType::Registered => deltas.users = 1,
            ActionType::AccountDeleted | ActionType::UserDeleted => deltas.users = -1,
            ActionType::ItemAdded => deltas.watchlist_items = 1,
            ActionType::ItemRemoved => deltas.watchlist_items = -1,
            ActionType::WatchlistCleared => deltas.watchlist_items = -number(WATCHLIST_ITEMS),
            ActionType::CustomerCreated => deltas.customers = 1,
            ActionType::CustomerDeleted => deltas.customers = -1,
            ActionType::FavoritesAdded => deltas.favorites = number(FAVORITES),
            ActionType::FavoriteRemoved => deltas.favorites = -1,
            ActionType::FavoritesCleared => deltas.favorites = -number(FAVORITES),
            _ => {}
        }
        deltas
    }
}
