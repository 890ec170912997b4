//! The catalogue as we serve it. [`Shelf`] reads products through what is kept of them in the table, so that they can still be
//! read while the catalogue is down. [`RefreshRounds`] and [`RefreshQueue`] put products into the queue, each once however many
//! customers hold it, and [`Refresher`] takes them out, asks the catalogue at a bounded rate, and writes what it says beside
//! what the favourites were.

mod pace;
mod refresh_queue;
mod refresh_request;
mod refresher;
mod rounds;
mod shelf;

pub use pace::{Pace, WORKERS};
pub use refresh_queue::RefreshQueue;
pub use refresh_request::{RefreshRequest, UnreadableRequest};
pub use refresher::{RefreshOutcome, Refresher};
pub use rounds::{RefreshRounds, RoundProgress};
pub use shelf::{Seen, Shelf};
