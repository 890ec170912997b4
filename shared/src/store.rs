//! The table. The only place with the DynamoDB SDK: none of its types leaves this folder.
//!
//! [`keys`](keys.rs) lists every access pattern. Each entity has a file of its own that turns it into an item and back
//! and holds its operations; the owner of a thing is always the first argument. Absence is `Option`, everything else
//! that can go wrong is one of four [`Error`]s.

mod attributes;
mod batch;
mod partition;
mod client;
mod customers;
mod directory;
mod error;
mod favorites;
mod keys;
mod operations;
mod outbox;
mod products;
mod refresh_round;
mod idempotency;
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
pub use watchlist::{ExpectedVersion, Idempotent, WatchlistPage, WatchlistQuery, PageStart, Watchlist};
