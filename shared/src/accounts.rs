//! What takes several stores, the cache or the hasher together, for more than one function.

mod erasure;
mod follow_up;
mod password_check;
mod revocation;
mod watchlist_writer;

pub use erasure::{Eraser, Erasure};
pub use follow_up::FollowUp;
pub use password_check::{Checked, PasswordCheck};
pub use revocation::Revocation;
pub use watchlist_writer::WatchlistWriter;
