//! Redis or Valkey. The only place with the `redis` crate.
//!
//! Redis holds no truth: each thing in it is a copy of what the table says, or a count. Without it every answer stays right
//! and costs a little more: the callers of this module learn that it is [`Away`] and ask the table, and limits are counted
//! by each instance.
//!
//! | read | for |
//! | --- | --- |
//! | `cache/keys.rs` | every key, what it holds and how long |
//! | `cache/ask.rs` | what a request wants to know, in one round trip |
//! | `cache/keep.rs` | copies are put in, unless something changed meanwhile |
//! | `cache/pages.rs` | pages of lists: served, or made and kept |
//! | `cache/forget.rs` | copies are taken out; what Redis cannot be told now, it is told later |
//! | `cache/link.rs` | the connection, its bounds, and the breaker |
//! | `cache/single_flight.rs` | one refill for many who miss at once |

mod ask;
mod forget;
mod keep;
mod keys;
mod link;
mod pages;
mod scripts;
mod single_flight;

use std::{fmt, sync::Arc};

pub use ask::{Generation, Looked};
pub use forget::Forgetting;
pub use keep::{Page, SessionState};
pub use keys::PageKey;
pub use link::Away;
pub use pages::{Kept, Pages};
pub use single_flight::SingleFlight;

use forget::Owed;
use link::Link;

use crate::{
    config::{ConfigError, RedisConfig},
    random::Random,
};

/// What Redis keeps for the functions.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    /// `None` where no Redis is configured.
    link: Option<Link>,
    owed: Owed,
    random: Random,
}

impl Cache {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// The address or the certificate cannot be read.
    pub fn new(config: &RedisConfig, random: Random) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Inner { link: Link::new(config)?, owed: Owed::default(), random })))
    }

    /// Connects during init, so that the first request does not wait for it. Failure does no harm.
    pub async fn warm_up(&self) {
        if let Some(link) = &self.0.link {
            link.warm_up().await;
        }
    }

    /// Asks for a `PONG`, also while the breaker is open: for the health report.
    ///
    /// # Errors
    /// No answer in time.
    pub async fn ping(&self) -> Result<(), Away> {
        let ping = |mut connection| async move { redis::cmd("PING").exec_async(&mut connection).await };
        self.link()?.run_regardless(ping).await
    }

    fn link(&self) -> Result<&Link, Away> {
        self.0.link.as_ref().ok_or(Away)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache(..)")
    }
}
