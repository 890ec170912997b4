//! How often somebody may call: the quotas, and what is left of one.
//!
//! The algorithm is GCRA (the generic cell rate algorithm, ITU-T I.371): a quota of *n* per minute lets *n* requests pass at
//! once and then one more for each *n*th of a minute. All it remembers is one instant, the *theoretical arrival time*; there
//! is no window at whose edge a client could pass twice.
//!
//! The count is kept in Redis, by its clock ([`Cache`](crate::cache::Cache)); without Redis each instance of a function
//! counts for itself ([`InstanceLimiter`]).

mod budget;
mod group;
mod instance;
mod quota;
mod subject;

pub use budget::Budget;
pub use group::Group;
pub use instance::InstanceLimiter;
pub use quota::{Quota, Quotas};
pub use subject::Subject;
