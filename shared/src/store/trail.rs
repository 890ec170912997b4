//! The audit trail.
//!
//! Each event is an item in the trail of its actor. When an administrator acts on an account, that
//! account's trail contains a copy. A sparse global secondary index lists the events of all
//! accounts, without the copies. It is split into shards to spread the write load.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::primary_key,
    keys::{self, STATS},
    transaction::{TransactWrite, TransactionOutcome},
};
use crate::{
    domain::{AuditEvent, CounterDeltas},
    random::Random,
};

mod item;
mod page;

pub use page::{TrailPage, TrailQuery, TrailScope};

/// A handle to the audit trail.
#[derive(Debug, Clone)]
pub struct Trail(Table);

/// An event with the time at which DynamoDB may delete it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringEvent {
    /// The event.
    pub event: AuditEvent,
    /// The value of the TTL attribute.
    pub expires_at: Timestamp,
}

/// The totals of `GET /v1/admin/stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatsTotals {
    /// Accounts.
    pub users: u64,
    /// Watchlist items of all accounts.
    pub watchlist_items: u64,
    /// Customers of all accounts.
    pub customers: u64,
    /// Favourites of all customers.
    pub favorites: u64,
    /// Events ever stored, including expired ones.
    pub audit_events: u64,
}

impl Trail {
    /// Creates a handle to the trail in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores at most ten distinct events and updates the counters, in one transaction.
    ///
    /// An event that is already stored is skipped and not counted again.
    ///
    /// # Errors
    /// The table is unavailable or keeps throttling.
    pub async fn store(&self, mut events: Vec<ExpiringEvent>, random: &Random) -> Result<(), Error> {
        while !events.is_empty() {
            let mut writes = vec![self.update_counters(&events, random)?];
            for event in &events {
                writes.push(self.0.transact_put_new(item::write(event))?);
            }
            for event in &events {
                writes.extend(item::write_copy(event).map(|copy| self.0.transact_put(copy).into_write()).transpose()?);
            }
            match self.0.transact(writes).await? {
                TransactionOutcome::Committed => return Ok(()),
                // A failed put means that the event is already stored. The others are retried
                // without it. The counters have index 0, so the first event has index 1.
                TransactionOutcome::ConditionFailed(stored) => {
                    let mut index = 0;
                    events.retain(|_| {
                        index += 1;
                        !stored.contains(&index)
                    });
                }
            }
        }
        Ok(())
    }

    /// An update of a random counter shard. Concurrent workers rarely pick the same one, and so
    /// rarely conflict.
    fn update_counters(&self, events: &[ExpiringEvent], random: &Random) -> Result<TransactWriteItem, Error> {
        let mut sum = CounterDeltas::default();
        for deltas in events.iter().map(|stored| stored.event.counter_deltas()) {
            sum.users += deltas.users;
            sum.watchlist_items += deltas.watchlist_items;
            sum.customers += deltas.customers;
            sum.favorites += deltas.favorites;
        }
        let [shard] = random.bytes::<1>();
        let key = primary_key(STATS, keys::counters(shard));
        let number = |number: i64| AttributeValue::N(number.to_string());
        self.0
                .transact_update(key)
                .update_expression(
                    "ADD #users :users, watchlist_items :items, customers :customers, favorites :favorites, \
                     audit_events :events",
                )
                // `users` is a reserved word of DynamoDB.
                .expression_attribute_names("#users", "users")
                .expression_attribute_values(":users", number(sum.users))
                .expression_attribute_values(":items", number(sum.watchlist_items))
                .expression_attribute_values(":customers", number(sum.customers))
                .expression_attribute_values(":favorites", number(sum.favorites))
                .expression_attribute_values(":events", number(i64::try_from(events.len()).unwrap_or(i64::MAX)))
            .into_write()
    }

    /// Returns the totals of all stored events. One query.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn totals(&self) -> Result<StatsTotals, Error> {
        let query = self.0.query(STATS);
        let output = query.send().await.map_err(Error::from_sdk)?;
        // A single shard can be negative: an item may be added in one and removed in another.
        let sum = |name: &str| {
            let shards = output.items().iter().filter_map(|item| item.get(name)?.as_n().ok()?.parse::<i64>().ok());
            u64::try_from(shards.sum::<i64>()).unwrap_or_default()
        };
        Ok(StatsTotals {
            users: sum("users"),
            watchlist_items: sum("watchlist_items"),
            customers: sum("customers"),
            favorites: sum("favorites"),
            audit_events: sum("audit_events"),
        })
    }
}
