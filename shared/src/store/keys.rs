//! Every key of the table is made here, and every access pattern stands here.
//!
//! | thing | `pk` | `sk` | written by | read by |
//! | --- | --- | --- | --- | --- |
//! | user | `USER#<id>` | `PROFILE` | register | get by id |
//! | — all of them | GSI `users`: `USERS` | the user's `pk` | with the profile; keys only | the admin's list of users, newest first |
//! | credential | `EMAIL#<email>` | `CREDENTIAL` | register (its condition makes e-mails unique), with its idempotency key | sign-in, by e-mail alone |
//! | session | `USER#<id>` | `SESSION#<sid>` | sign-in, refresh, sign-out | get by user and id (every bearer route); query by user |
//! | administrators | `ADMINS` | `ENABLED` | with every change of who is one: how many are enabled | nobody: it is a condition |
//! | watchlist item | `USER#<id>#WATCHLIST` | `ITEM#<id>` | add, update, remove: one conditional write each | get by id; query by time, either way |
//! | — by type | the same | LSI `by-type`: `<type>#<id>` | with the item | query by type and time, strongly consistent |
//! | kept answer | `USER#<id>#REQUESTS` | `KEY#<idempotency key>` | the transaction that does what the request asks for | get by key, when the transaction finds that it is there |
//! | audit event | `AUDIT#<id>` of whose trail it is, `AUDIT#NOBODY#<event id>` for a sign-in to no account | `EVENT#<event id>` | `audit-worker`, `audit-relay`: one transaction with the counters | one's own trail, newest first |
//! | — all of them | GSI `audit`: `AUDIT#<shard>` | `EVENT#<event id>` | with the event; not with its copy in the trail of whom an administrator changed | the administrators' trail, merged from all shards |
//! | outbox entry | `OUTBOX#<shard>` | `EVENT#<event id>` | what SQS refused, or one transaction with a change | `audit-relay`, oldest first, which deletes it |
//! | counters | `STATS` | `SHARD#<shard>` | the transaction that stores events | one query of all shards |
//!
//! Event ids and item ids are `UUIDv7`, so their text sorts by time of creation.

use crate::domain::{Email, EventId, IdempotencyKey, ItemId, ItemType, SessionId, UserId};

/// The partition key's attribute.
pub(super) const PK: &str = "pk";
/// The sort key's attribute.
pub(super) const SK: &str = "sk";
/// The sort key's attribute in the index [`BY_TYPE`].
pub(super) const TYPE_ID: &str = "type_id";
/// The local secondary index that lists a watchlist by type.
pub(super) const BY_TYPE: &str = "by-type";
/// The TTL attribute: seconds since 1970.
pub(super) const EXPIRES_AT: &str = "expires_at";

/// The attribute that puts a profile into the index [`USERS_INDEX`].
pub(super) const DIRECTORY: &str = "directory";
/// Its value. One partition of the index takes a thousand registrations a second.
pub(super) const ALL_USERS: &str = "USERS";
/// The global secondary index that lists all users.
pub(super) const USERS_INDEX: &str = "users";

/// The partition key of what is kept about administrators.
pub(super) const ADMINS: &str = "ADMINS";
/// The sort key of the number of enabled administrators.
pub(super) const ENABLED: &str = "ENABLED";

/// What the partition keys of accounts begin with.
pub(super) const USER_PREFIX: &str = "USER#";
/// What the partition keys of credentials begin with.
pub(super) const EMAIL_PREFIX: &str = "EMAIL#";
/// The sort key of an account's profile.
pub(super) const PROFILE: &str = "PROFILE";
/// The sort key of an account's credential.
pub(super) const CREDENTIAL: &str = "CREDENTIAL";
/// What the sort keys of watchlist items begin with.
pub(super) const ITEM_PREFIX: &str = "ITEM#";

/// What the sort keys of sessions begin with.
pub(super) const SESSION_PREFIX: &str = "SESSION#";

/// What the partition keys of trails begin with.
pub(super) const AUDIT_PREFIX: &str = "AUDIT#";
/// What the sort keys of audit events begin with, in trails and in the outbox.
pub(super) const EVENT_PREFIX: &str = "EVENT#";
/// The attribute that puts an event into the index [`AUDIT_INDEX`].
pub(super) const AUDIT_SHARD: &str = "audit_shard";
/// The global secondary index that lists all events.
pub(super) const AUDIT_INDEX: &str = "audit";
/// How many partitions of the index share the load: each takes a thousand events a second.
pub(super) const AUDIT_SHARDS: u8 = 4;
/// How many partitions the outbox has.
pub(super) const OUTBOX_SHARDS: u8 = 4;
/// The partition of the counters.
pub(super) const STATS: &str = "STATS";
/// How many items the counters have.
const COUNTER_SHARDS: u8 = 8;

/// An account's partition: profile and sessions.
pub(super) fn user(id: UserId) -> String {
    format!("{USER_PREFIX}{id}")
}

/// The partition of the credential for an address.
pub(super) fn email(email: &Email) -> String {
    format!("{EMAIL_PREFIX}{}", email.as_str())
}

/// The sort key of a session.
pub(super) fn session(id: SessionId) -> String {
    format!("{SESSION_PREFIX}{id}")
}

/// The partition of an account's watchlist.
pub(super) fn watchlist(owner: UserId) -> String {
    format!("{USER_PREFIX}{owner}#WATCHLIST")
}

/// The partition of the answers that are kept for an account's repeated requests.
pub(super) fn requests(user: UserId) -> String {
    format!("{USER_PREFIX}{user}#REQUESTS")
}

/// The sort key of a kept answer.
pub(super) fn request(key: &IdempotencyKey) -> String {
    format!("KEY#{}", key.as_str())
}

/// The sort key of a watchlist item.
pub(super) fn item(id: ItemId) -> String {
    format!("{ITEM_PREFIX}{id}")
}

/// The sort key of a watchlist item in [`BY_TYPE`].
pub(super) fn type_id(item_type: ItemType, id: ItemId) -> String {
    format!("{}{id}", type_prefix(item_type))
}

/// What the sort keys of one type begin with in [`BY_TYPE`].
pub(super) fn type_prefix(item_type: ItemType) -> String {
    format!("{}#", item_type.as_str())
}

/// The partition of an account's trail.
pub(super) fn trail(user: UserId) -> String {
    format!("{AUDIT_PREFIX}{user}")
}

/// The partition of an event that belongs to no account: one for each, so that whoever tries addresses at random fills none.
pub(super) fn nobodys_trail(event: EventId) -> String {
    format!("{AUDIT_PREFIX}NOBODY#{event}")
}

/// A partition of [`AUDIT_INDEX`].
pub(super) fn audit_shard(shard: u8) -> String {
    format!("{AUDIT_PREFIX}{shard}")
}

/// The shard of the index that an event falls to: the last byte of its id is random.
pub(super) fn shard_of(event: EventId) -> u8 {
    last_byte(event) % AUDIT_SHARDS
}

/// The sort key of an audit event.
pub(super) fn event(id: EventId) -> String {
    format!("{EVENT_PREFIX}{id}")
}

/// What sorts behind the sort keys of all audit events.
pub(super) fn after_all_events() -> String {
    format!("{EVENT_PREFIX}~")
}

/// The partition of the outbox that an event falls to.
pub(super) fn outbox(event: EventId) -> String {
    outbox_shard(last_byte(event) % OUTBOX_SHARDS)
}

/// A partition of the outbox.
pub(super) fn outbox_shard(shard: u8) -> String {
    format!("OUTBOX#{shard}")
}

/// The sort key of one of the counters' items, for any number.
pub(super) fn counters(any: u8) -> String {
    format!("SHARD#{}", any % COUNTER_SHARDS)
}

fn last_byte(event: EventId) -> u8 {
    event.as_bytes()[15]
}
