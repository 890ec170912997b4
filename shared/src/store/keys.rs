//! Every key of the table is made here, and every access pattern stands here.
//!
//! | thing | `pk` | `sk` | written by | read by |
//! | --- | --- | --- | --- | --- |
//! | user | `USER#<id>` | `PROFILE` | register | get by id |
//! | — all of them | GSI `directory`: `USERS` | the user's `pk` | with the profile; keys only | the admin's list of users, newest first |
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
//! | customer | `USER#<owner>#CUSTOMERS` | `CUSTOMER#<id>` | create, update, delete: transactions with the next two | get by id; query by time: the owner's list |
//! | — whose it is | `CUSTOMER#<id>` | `OWNER` | with the customer | an administrator, by id |
//! | — all of them | GSI `directory`: `CUSTOMERS` | `CUSTOMER#<id>` | with its owner; keys only | the administrators' list, newest first |
//! | — by e-mail | `CUSTOMER_EMAIL#<email>` | `CUSTOMER` | with the customer: its condition makes e-mails unique over all accounts | get by e-mail |
//! | favourite | `CUSTOMER#<id>#FAVORITES` | `PRODUCT#<product id>` | add (its condition makes it unique), the worker's refresh, remove | one query per page, by product id; batch get |
//! | — of a product | GSI `directory`: `PRODUCT#<product id>` | `CUSTOMER#<id>#FAVORITES` | with the favourite; keys only | the worker: who holds it |
//! | what a favourite was | `CUSTOMER#<id>#HISTORY` | `PRODUCT#<product id>#<favourite id>#AT#<instant>` | the worker, in one transaction with the change | query by favourite, oldest first |
//! | product | `PRODUCT#<product id>` | `CACHED` | whoever asked the catalogue | get by id, batch get |
//! | held product | `PRODUCT#<product id>` | `HELD` | before a favourite is added; the worker removes it when nobody holds it any more | nobody: it is in the index |
//! | — all of them | GSI `directory`: `PRODUCTS` | `PRODUCT#<product id>` | with it; keys only | `catalog-refresh`: what to fetch |
//! | page of products | `PRODUCTS` | `PAGE#<n>` | whoever asked the catalogue | get by number |
//! | refresh round | `REFRESH` | `ROUND` | `catalog-refresh`, as far as it has come | itself |
//!
//! Ids of events, items and customers are `UUIDv7`, so their text sorts by time of creation.

use crate::domain::{
    CustomerId, Email, EventId, FavoriteId, IdempotencyKey, ItemId, ItemType, ProductId, SessionId, UserId,
};

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

/// The attribute that puts a thing into a list of [`DIRECTORY_INDEX`]: it says which list.
pub(super) const DIRECTORY: &str = "directory";
/// The list of all users. One partition of the index takes a thousand registrations a second.
pub(super) const ALL_USERS: &str = "USERS";
/// The list of all customers.
pub(super) const ALL_CUSTOMERS: &str = "CUSTOMERS";
/// The list of all products that somebody holds.
pub(super) const HELD_PRODUCTS: &str = "PRODUCTS";
/// The global secondary index that lists things across partitions.
pub(super) const DIRECTORY_INDEX: &str = "directory";

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

/// What the partition keys of customers begin with, and their sort keys in their owners' lists.
pub(super) const CUSTOMER_PREFIX: &str = "CUSTOMER#";
/// The sort key of what says whose a customer is.
pub(super) const OWNER: &str = "OWNER";
/// The sort key of what says whose an e-mail address is.
pub(super) const CUSTOMER: &str = "CUSTOMER";
/// What the partition keys of products begin with, and the sort keys of favourites.
pub(super) const PRODUCT_PREFIX: &str = "PRODUCT#";
/// The sort key of a product of the catalogue.
pub(super) const CACHED: &str = "CACHED";
/// The sort key of the mark of a product that somebody holds.
pub(super) const HELD: &str = "HELD";
/// The partition of the catalogue's pages.
pub(super) const PAGES: &str = "PRODUCTS";
/// The partition of the refresh.
pub(super) const REFRESH: &str = "REFRESH";
/// The sort key of its round.
pub(super) const ROUND: &str = "ROUND";

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

/// The partition of an account's customers.
pub(super) fn customers(owner: UserId) -> String {
    format!("{USER_PREFIX}{owner}#CUSTOMERS")
}

/// A customer's own partition, and its sort key in its owner's list.
pub(super) fn customer(id: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{id}")
}

/// The partition that makes a customer's address unique.
pub(super) fn customer_email(email: &Email) -> String {
    format!("CUSTOMER_EMAIL#{}", email.as_str())
}

/// The partition of a customer's favourites.
pub(super) fn favorites(customer: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{customer}{FAVORITES_SUFFIX}")
}

/// What the partition keys of favourites end with.
pub(super) const FAVORITES_SUFFIX: &str = "#FAVORITES";

/// The partition of what a customer's favourites were.
pub(super) fn histories(customer: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{customer}#HISTORY")
}

/// What the sort keys of one favourite's history begin with. A product that is favourited again begins a new one.
pub(super) fn history_prefix(product: &ProductId, favorite: FavoriteId) -> String {
    format!("{PRODUCT_PREFIX}{product}#{favorite}#AT#")
}

/// The partition of a product, the sort key of its favourites, and the list of them.
pub(super) fn product(id: &ProductId) -> String {
    format!("{PRODUCT_PREFIX}{id}")
}

/// The sort key of a page of the catalogue.
pub(super) fn products_page(page: u32) -> String {
    format!("PAGE#{page}")
}

/// The partition of an account's trail.
pub(super) fn trail(user: UserId) -> String {
    format!("{AUDIT_PREFIX}{user}")
}

/// The partition of an event that belongs to no account: one for each, so that whoever tries addresses at random fills none.
pub(super) fn anonymous_trail(event: EventId) -> String {
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
