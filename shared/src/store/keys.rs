//! The keys and access patterns of the table. No other module builds keys.
//!
//! | item | `pk` | `sk` | written by | read by |
//! | --- | --- | --- | --- | --- |
//! | user | `USER#<id>` | `PROFILE` | register | get by id |
//! | — all users | GSI `directory`: `USERS` | the user's `pk` | with the profile; keys only | the administrators' list of users, newest first |
//! | credential | `EMAIL#<email>` | `CREDENTIAL` | register, with its idempotency key; the condition makes e-mail addresses unique | sign-in, by e-mail address |
//! | session | `USER#<id>` | `SESSION#<sid>` | sign-in, refresh, sign-out | get by user and id (every authenticated route); query by user |
//! | administrators | `ADMINS` | `ENABLED` | every change of an administrator: the number of enabled ones | a condition of these changes |
//! | watchlist item | `USER#<id>#WATCHLIST` | `ITEM#<id>` | add, update, remove: one conditional write each | get by id; query by time, in both orders |
//! | — by type | the same | LSI `by-type`: `<type>#<id>` | with the item | query by type and time, strongly consistent |
//! | — its keys | GSI `item-keys`: the same | `<type>#<id>` | with the item; keys only | counting the items that a large `skip` leaves out |
//! | idempotency record | `USER#<id>#REQUESTS` | `KEY#<idempotency key>` | the transaction with the effect of the request | get by key, when the transaction finds an existing record |
//! | audit event | `AUDIT#<id>` of the owner, `AUDIT#NOBODY#<event id>` for a sign-in to an unknown account | `EVENT#<event id>` | `audit-worker`, `audit-relay`: one transaction with the counters | the trail of one account, newest first |
//! | — all events | GSI `audit`: `AUDIT#<shard>` | `EVENT#<event id>` | with the event, not with its copy in the trail of an account that an administrator changed | the administrators' trail, merged from all shards |
//! | outbox entry | `OUTBOX#<shard>` | `EVENT#<event id>` | a failed send to SQS, or the transaction of a change | `audit-relay`, oldest first, which then deletes it |
//! | counters | `STATS` | `SHARD#<shard>` | the transaction that stores events | one query of all shards |
//! | customer | `USER#<owner>#CUSTOMERS` | `CUSTOMER#<id>` | create, update, delete: transactions with the next two items | get by id; query by time: the owner's list |
//! | — its owner | `CUSTOMER#<id>` | `OWNER` | with the customer | administrators, by id |
//! | — all customers | GSI `directory`: `CUSTOMERS` | `CUSTOMER#<id>` | with the owner item; keys only | the administrators' list, newest first |
//! | — its e-mail address | `CUSTOMER_EMAIL#<email>` | `CUSTOMER` | with the customer; the condition makes addresses unique across accounts | get by e-mail address |
//! | favourite | `CUSTOMER#<id>#FAVORITES` | `PRODUCT#<product id>` | add (the condition makes it unique), refresh by the worker, remove | one query per page, by product id; batch get |
//! | — by product | GSI `directory`: `PRODUCT#<product id>` | `CUSTOMER#<id>#FAVORITES` | with the favourite; keys only | the worker: customers with this favourite |
//! | favourite history | `CUSTOMER#<id>#HISTORY` | `PRODUCT#<product id>#<favourite id>#AT#<instant>` | the worker, in one transaction with the change | query by favourite, oldest first |
//! | product | `PRODUCT#<product id>` | `CACHED` | every request to the catalogue | get by id, batch get |
//! | tracked product | `PRODUCT#<product id>` | `HELD` | before a favourite is added; the worker deletes it when no favourite is left | only through the index |
//! | — all tracked products | GSI `directory`: `PRODUCTS` | `PRODUCT#<product id>` | with it; keys only | `catalog-refresh`: the products to fetch |
//! | page of products | `PRODUCTS` | `PAGE#<n>` | every request to the catalogue | get by number |
//! | refresh round | `REFRESH` | `ROUND` | `catalog-refresh`, with its progress | itself |
//!
//! Ids of events, items and customers are `UUIDv7`, so their text sorts by creation time.

use crate::domain::{
    CustomerId, Email, EventId, FavoriteId, IdempotencyKey, ItemId, ItemType, ProductId, SessionId, UserId,
};

/// The attribute of the partition key.
pub(super) const PK: &str = "pk";
/// The attribute of the sort key.
pub(super) const SK: &str = "sk";
/// The attribute of the sort key in the indexes [`BY_TYPE`] and [`ITEM_KEYS`].
pub(super) const TYPE_ID: &str = "type_id";
/// The local secondary index that lists a watchlist by type.
pub(super) const BY_TYPE: &str = "by-type";
/// The global secondary index that contains the keys of watchlist items.
pub(super) const ITEM_KEYS: &str = "item-keys";
/// The TTL attribute: seconds since 1970.
pub(super) const EXPIRES_AT: &str = "expires_at";

/// The attribute that adds an item to a list of [`DIRECTORY_INDEX`]. Its value is the name of the
/// list.
pub(super) const DIRECTORY: &str = "directory";
/// The list of all users. One partition of the index takes a thousand registrations per second.
pub(super) const ALL_USERS: &str = "USERS";
/// The list of all customers.
pub(super) const ALL_CUSTOMERS: &str = "CUSTOMERS";
/// The list of all tracked products: those with at least one favourite.
pub(super) const TRACKED_PRODUCTS: &str = "PRODUCTS";
/// The global secondary index that lists items across partitions.
pub(super) const DIRECTORY_INDEX: &str = "directory";

/// The partition key of the count of administrators.
pub(super) const ADMINS: &str = "ADMINS";
/// The sort key of the number of enabled administrators.
pub(super) const ENABLED: &str = "ENABLED";

/// The prefix of the partition keys of accounts.
pub(super) const USER_PREFIX: &str = "USER#";
/// The prefix of the partition keys of credentials.
pub(super) const EMAIL_PREFIX: &str = "EMAIL#";
/// The sort key of an account's profile.
pub(super) const PROFILE: &str = "PROFILE";
/// The sort key of an account's credential.
pub(super) const CREDENTIAL: &str = "CREDENTIAL";
/// The prefix of the sort keys of watchlist items.
pub(super) const ITEM_PREFIX: &str = "ITEM#";

/// The prefix of the sort keys of sessions.
pub(super) const SESSION_PREFIX: &str = "SESSION#";

/// The prefix of the partition keys of trails.
pub(super) const AUDIT_PREFIX: &str = "AUDIT#";
/// The prefix of the sort keys of audit events, in trails and in the outbox.
pub(super) const EVENT_PREFIX: &str = "EVENT#";
/// The attribute that adds an event to the index [`AUDIT_INDEX`].
pub(super) const AUDIT_SHARD: &str = "audit_shard";
/// The global secondary index that lists all events.
pub(super) const AUDIT_INDEX: &str = "audit";
/// The number of partitions of the index. Each takes a thousand events per second.
pub(super) const AUDIT_SHARDS: u8 = 4;
/// The number of partitions of the outbox.
pub(super) const OUTBOX_SHARDS: u8 = 4;
/// The partition of the counters.
pub(super) const STATS: &str = "STATS";
/// The number of items that share the counters.
const COUNTER_SHARDS: u8 = 8;

/// The prefix of the partition keys of customers, and of their sort keys in the owner's list.
pub(super) const CUSTOMER_PREFIX: &str = "CUSTOMER#";
/// The sort key of the item that names the owner of a customer.
pub(super) const OWNER: &str = "OWNER";
/// The sort key of the item that reserves an e-mail address for a customer.
pub(super) const CUSTOMER: &str = "CUSTOMER";
/// The prefix of the partition keys of products, and of the sort keys of favourites.
pub(super) const PRODUCT_PREFIX: &str = "PRODUCT#";
/// The sort key of a cached product.
pub(super) const CACHED: &str = "CACHED";
/// The sort key of the marker of a tracked product.
pub(super) const TRACKED: &str = "HELD";
/// The partition of the cached catalogue pages.
pub(super) const PAGES: &str = "PRODUCTS";
/// The partition of the refresh round.
pub(super) const REFRESH: &str = "REFRESH";
/// The sort key of the refresh round.
pub(super) const ROUND: &str = "ROUND";

/// The partition of an account: profile and sessions.
pub(super) fn user(id: UserId) -> String {
    format!("{USER_PREFIX}{id}")
}

/// The partition of the credential of an e-mail address.
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

/// The partition of an account's idempotency records.
pub(super) fn requests(user: UserId) -> String {
    format!("{USER_PREFIX}{user}#REQUESTS")
}

/// The sort key of an idempotency record.
pub(super) fn request(key: &IdempotencyKey) -> String {
    format!("KEY#{}", key.as_str())
}

/// The sort key of a watchlist item.
pub(super) fn item(id: ItemId) -> String {
    format!("{ITEM_PREFIX}{id}")
}

/// The sort key of a watchlist item in [`BY_TYPE`] and [`ITEM_KEYS`].
pub(super) fn type_id(item_type: ItemType, id: ItemId) -> String {
    format!("{}{id}", type_prefix(item_type))
}

/// The prefix of the sort keys of one type in [`BY_TYPE`] and [`ITEM_KEYS`].
pub(super) fn type_prefix(item_type: ItemType) -> String {
    format!("{}#", item_type.as_str())
}

/// The partition of an account's customers.
pub(super) fn customers(owner: UserId) -> String {
    format!("{USER_PREFIX}{owner}#CUSTOMERS")
}

/// The partition of a customer, and its sort key in the owner's list.
pub(super) fn customer(id: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{id}")
}

/// The partition that makes the e-mail address of a customer unique.
pub(super) fn customer_email(email: &Email) -> String {
    format!("CUSTOMER_EMAIL#{}", email.as_str())
}

/// The partition of a customer's favourites.
pub(super) fn favorites(customer: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{customer}{FAVORITES_SUFFIX}")
}

/// The suffix of the partition keys of favourites.
pub(super) const FAVORITES_SUFFIX: &str = "#FAVORITES";

/// The partition of the histories of a customer's favourites.
pub(super) fn histories(customer: CustomerId) -> String {
    format!("{CUSTOMER_PREFIX}{customer}#HISTORY")
}

/// The prefix of the sort keys of one favourite's history. A product that is added again starts a
/// new history.
pub(super) fn history_prefix(product: &ProductId, favorite: FavoriteId) -> String {
    format!("{PRODUCT_PREFIX}{product}#{favorite}#AT#")
}

/// The partition of a product, the sort key of its favourites, and the name of the list of them.
pub(super) fn product(id: &ProductId) -> String {
    format!("{PRODUCT_PREFIX}{id}")
}

/// The sort key of a cached catalogue page.
pub(super) fn products_page(page: u32) -> String {
    format!("PAGE#{page}")
}

/// The partition of an account's trail.
pub(super) fn trail(user: UserId) -> String {
    format!("{AUDIT_PREFIX}{user}")
}

/// The partition of an event without an account. Each event has its own partition, so that sign-ins
/// to random addresses do not fill one.
pub(super) fn anonymous_trail(event: EventId) -> String {
    format!("{AUDIT_PREFIX}NOBODY#{event}")
}

/// A partition of [`AUDIT_INDEX`].
pub(super) fn audit_shard(shard: u8) -> String {
    format!("{AUDIT_PREFIX}{shard}")
}

/// The shard of the index that an event belongs to. The last byte of its id is random.
pub(super) fn shard_of(event: EventId) -> u8 {
    last_byte(event) % AUDIT_SHARDS
}

/// The sort key of an audit event.
pub(super) fn event(id: EventId) -> String {
    format!("{EVENT_PREFIX}{id}")
}

/// A sort key after those of all audit events.
pub(super) fn after_all_events() -> String {
    format!("{EVENT_PREFIX}~")
}

/// The partition of the outbox that an event belongs to.
pub(super) fn outbox(event: EventId) -> String {
    outbox_shard(last_byte(event) % OUTBOX_SHARDS)
}

/// A partition of the outbox.
pub(super) fn outbox_shard(shard: u8) -> String {
    format!("OUTBOX#{shard}")
}

/// The sort key of a counter shard. Accepts any number.
pub(super) fn counters(any: u8) -> String {
    format!("SHARD#{}", any % COUNTER_SHARDS)
}

fn last_byte(event: EventId) -> u8 {
    event.as_bytes()[15]
}
