//! Rate limits: quotas and remaining budgets.
//!
//! The algorithm is GCRA, the generic cell rate algorithm (ITU-T I.371). A quota of *n* per minute
//! allows a burst of *n* requests and then one more every 60/*n* seconds. The only state is a
//! timestamp, the *theoretical arrival time*. Unlike a fixed window, it never allows a double burst
//! at a window boundary.
//!
//! The state is stored in Redis and uses the clock of Redis ([`Cache`](crate::cache::Cache)). When
//! Redis is unavailable, each function instance counts on its own ([`InstanceLimiter`]).

mod budget;
mod group;
mod instance;
mod quota;
mod subject;

pub use budget::{Budget, GcraResult};
pub use group::Group;
pub use instance::InstanceLimiter;
pub use quota::{Quota, Quotas};
pub use subject::Subject;
