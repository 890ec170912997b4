//! Every key of Redis is made here.
//!
//! | key | holds | for |
//! | --- | --- | --- |
//! | `{user:<id>}:limit:<group>`, `{ip:<address>}:limit:<group>` | the count of a rate limit: a theoretical arrival time in microseconds | until the quota is whole |
//! | `{user:<id>}:session:<sid>` | `live <seconds since 1970 at which it ends>`, or `ended` | 60 s |
//! | `{user:<id>}:generation` | the name of the present generation of what is kept for the user | 120 s after its last use |
//! | `{user:<id>}:page:<digest>` | a page of the user's list: the generation it belongs to, then the page | 30 s |
//!
//! What stands in braces decides the slot (<https://valkey.io/topics/cluster-spec/#hash-tags>), so all that one request asks
//! for lies in one slot and a script may touch it together, which a cluster demands.
//!
//! The *generation* is what makes filling safe. Whoever misses is told its name and reads the table; what was read is kept
//! only while the generation is still the same. Every write of the user's takes the generation away, and with it all pages.
//! So does a Redis that comes back empty. A name is random, never a number that could come again.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;

use crate::{
    domain::{SessionId, UserId},
    rate_limit::{Group, Subject},
};

pub(super) fn limit(subject: Subject, group: Group) -> String {
    format!("{{{subject}}}:limit:{}", group.as_str())
}

pub(super) fn session(user: UserId, id: SessionId) -> String {
    format!("{{{}}}:session:{id}", Subject::user(user))
}

pub(super) fn generation(user: UserId) -> String {
    format!("{{{}}}:generation", Subject::user(user))
}

/// A page of a user's list: whose, and which.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageKey {
    pub(super) user: UserId,
    digest: String,
}

impl PageKey {
    /// The page that a query stands for, all of whose parts are in `query`. However long that is, the key is short.
    #[must_use]
    pub fn new(user: UserId, query: &str) -> Self {
        let digest = digest(&SHA256, query.as_bytes());
        Self { user, digest: BASE64URL_NOPAD.encode(&digest.as_ref()[..16]) }
    }

    pub(super) fn key(&self) -> String {
        format!("{{{}}}:page:{}", Subject::user(self.user), self.digest)
    }
}
