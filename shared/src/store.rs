//! The DynamoDB table. No type of the DynamoDB SDK leaves this module.
//!
//! [`keys`](keys.rs) lists all keys and access patterns. Each entity has its own file, which
//! converts it to and from an item and contains its operations. The owner is always the first
//! argument. A missing item is `None`; everything else that can fail is one of four [`Error`]s.
//!
//! [`Table`] offers the operations that all entities use:
//! [single items and queries](operations.rs), [batches](batch.rs), [transactions](transaction.rs)
//! and [whole partitions](partition.rs).

mod attributes;
mod batch;
mod client;
mod customers;
mod directory;
mod error;
mod favorites;
mod idempotency;
mod keys;
mod operations;
mod outbox;
mod partition;
mod products;
mod refresh_round;
mod schema;
mod sessions;
mod snapshot;
mod table;
mod trail;
mod transaction;
mod users;
mod watchlist;

pub use customers::{CustomerCreation, CustomerPage, CustomerUpdate, Customers, RefreshPause};
pub use error::Error;
pub use favorites::{
    CustomerIdPage, FavoriteAddition, FavoritePage, Favorites, HistoryPage, IdempotencyRecord, IdempotentRequest,
    RecordedResult,
};
pub use outbox::{Outbox, OutboxEntry, OutboxState};
pub use products::{CachedPage, Products, TrackedPage};
pub use refresh_round::{RefreshRound, RefreshRounds};
pub use sessions::Sessions;
pub use table::Table;
pub use trail::{ExpiringEvent, StatsTotals, Trail, TrailPage, TrailQuery, TrailScope};
pub use users::{Account, AccountChanges, AccountPage, AccountUpdate, FailedAttempt, Registration, Users};
pub use watchlist::{ExpectedVersion, Idempotent, PageStart, Watchlist, WatchlistPage, WatchlistQuery};
