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
//!
//! Item ids are `UUIDv7`, so their text sorts by time of creation.

use crate::domain::{Email, IdempotencyKey, ItemId, ItemType, SessionId, UserId};

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
