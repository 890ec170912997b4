//! All Redis keys.
//!
//! | key | value | lifetime |
//! | --- | --- | --- |
//! | `{user:<id>}:limit:<group>`, `{ip:<address>}:limit:<group>` | rate limit: a theoretical arrival time in microseconds | until the full quota is available again |
//! | `{user:<id>}:session:<sid>` | `live <expiry in Unix seconds>`, or `ended` | 60 s |
//! | `{user:<id>}:generation` | the random id of the current generation of the user's cached entries | 120 s after its creation or the last stored entry |
//! | `{user:<id>}:page:<digest>` | a page of the user's watchlist: its generation, then the page | 30 s |
//!
//! The part in braces is the hash tag (<https://valkey.io/topics/cluster-spec/#hash-tags>). It puts
//! all keys of a request into one slot, which a cluster requires for the keys of a script.
//!
//! The *generation* prevents stale entries. On a miss, the lookup returns its id, and the request
//! reads the table. The entry is stored only if the generation is still the same. Every write to
//! the user's data deletes the generation, which invalidates all pages.
//!
//! If Redis loses its data, the generation is lost too, so data read earlier cannot be stored. The
//! ids of generations are random. Unlike a counter, they never repeat.

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

/// The key of a page of a user's watchlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageKey {
    pub(super) user: UserId,
    digest: String,
}

impl PageKey {
    /// Creates the key for a query. `query` must contain everything that determines the page. It is
    /// hashed to limit the length of the key.
    #[must_use]
    pub fn new(user: UserId, query: &str) -> Self {
        let digest = digest(&SHA256, query.as_bytes());
        Self { user, digest: BASE64URL_NOPAD.encode(&digest.as_ref()[..16]) }
    }

    pub(super) fn key(&self) -> String {
        format!("{{{}}}:page:{}", Subject::user(self.user), self.digest)
    }
}
