//! The audit trail: every event stands in the trail of one account, and in one shard of the index that lists them all.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use jiff::Timestamp;

use super::{
    Error, Table,
    attributes::{Attributes, s},
    keys::{self, PK, SK, STATS},
    transaction::{Outcome, part},
};
use crate::{
    domain::{AuditEvent, Counted},
    random::Random,
};

mod item;
mod page;

pub use page::{Of, TrailPage, TrailQuery};

/// The audit trail.
#[derive(Debug, Clone)]
pub struct Trail(Table);

/// How many of everything there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Accounts.
    pub users: u64,
    /// Watchlist items of all of them.
    pub watchlist_items: u64,
    /// Customers of all of them.
    pub customers: u64,
    /// Favourites of all of these.
    pub favorites: u64,
    /// Events that were stored, also those that have expired since.
    pub audit_events: u64,
}

impl Trail {
    /// The trail in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores events, each until its time, and counts what they say, all in one transaction. An event that is stored already
    /// is passed over and not counted again. At most ten, all different.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn store(&self, mut events: Vec<(Timestamp, AuditEvent)>, random: &Random) -> Result<(), Error> {
        while !events.is_empty() {
            let mut writes = vec![self.count(&events, random)?];
            for (expires_at, event) in &events {
                writes.push(self.0.put_new(item::write(event, *expires_at))?);
            }
            for (expires_at, event) in &events {
                writes.extend(item::copy(event, *expires_at).map(|copy| self.put(copy)).transpose()?);
            }
            match self.0.transact(writes).await? {
                Outcome::Done => return Ok(()),
                // They are there already; the others are tried again without them.
                Outcome::ConditionFailed(there) => {
                    let mut at = 0;
                    events.retain(|_| {
                        at += 1;
                        !there.contains(&at)
                    });
                }
            }
        }
        Ok(())
    }

    fn put(&self, item: Attributes) -> Result<TransactWriteItem, Error> {
        let put = Put::builder().table_name(&self.0.name).set_item(Some(item)).build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Any shard of the counters: two workers that count at the same moment rarely meet.
    fn count(&self, events: &[(Timestamp, AuditEvent)], random: &Random) -> Result<TransactWriteItem, Error> {
        let mut sum = Counted::default();
        for counted in events.iter().map(|(_, event)| event.counted()) {
            sum.users += counted.users;
            sum.watchlist_items += counted.watchlist_items;
            sum.customers += counted.customers;
            sum.favorites += counted.favorites;
        }
        let [shard] = random.bytes::<1>();
        let key = [(PK.to_owned(), s(STATS)), (SK.to_owned(), s(keys::counters(shard)))].into();
        let number = |number: i64| AttributeValue::N(number.to_string());
        part(
            self.0
                .update_part(key)
                .update_expression(
                    "ADD #users :users, watchlist_items :items, customers :customers, favorites :favorites, \
                     audit_events :events",
                )
                // A reserved word.
                .expression_attribute_names("#users", "users")
                .expression_attribute_values(":users", number(sum.users))
                .expression_attribute_values(":items", number(sum.watchlist_items))
                .expression_attribute_values(":customers", number(sum.customers))
                .expression_attribute_values(":favorites", number(sum.favorites))
                .expression_attribute_values(":events", number(i64::try_from(events.len()).unwrap_or(i64::MAX))),
        )
    }

    /// How many of everything there are, by the events that are stored: one query.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn counts(&self) -> Result<Counts, Error> {
        let query = self
            .0
            .client
            .query()
            .table_name(&self.0.name)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(STATS));
        let output = query.send().await.map_err(Error::from_sdk)?;
        // One shard may well be below zero: an item that was added in one may be removed in another.
        let sum = |name: &str| {
            let shards = output.items().iter().filter_map(|item| item.get(name)?.as_n().ok()?.parse::<i64>().ok());
            u64::try_from(shards.sum::<i64>()).unwrap_or_default()
        };
        Ok(Counts {
            users: sum("users"),
            watchlist_items: sum("watchlist_items"),
            customers: sum("customers"),
            favorites: sum("favorites"),
            audit_events: sum("audit_events"),
        })
    }
}
