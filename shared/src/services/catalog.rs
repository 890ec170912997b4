//! Use cases around the external product catalogue: reading products and refreshing favourites.
//!
//! | type | task |
//! | --- | --- |
//! | [`ProductCache`] | reads products through a cache in the table, so that they stay readable while the catalogue is unavailable |
//! | [`RefreshScheduler`] | starts a refresh round and enqueues every favourited product once |
//! | [`RefreshQueue`] | the queue between scheduler and worker; its messages are [`RefreshRequest`]s |
//! | [`Refresher`] | consumes the queue, queries the catalogue at a limited rate ([`Pacer`]) and updates the favourites |
//!
//! The new state of a favourite is computed by
//! [`Favorite::update_from`](crate::domain::Favorite::update_from), and its price change by
//! [`Favorite::price_change`](crate::domain::Favorite::price_change).

mod pacer;
mod product_cache;
mod refresh_queue;
mod refresh_request;
mod refresher;
mod scheduler;

pub use pacer::{MAX_WORKERS, Pacer};
pub use product_cache::{Cached, ProductCache};
pub use refresh_queue::RefreshQueue;
pub use refresh_request::{InvalidRefreshRequest, RefreshRequest};
pub use refresher::{RefreshOutcome, Refresher};
pub use scheduler::{RefreshScheduler, RoundProgress, RoundStart};
