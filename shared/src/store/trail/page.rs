//! Pages of the trail, of one account or of all accounts.

use std::cmp::Reverse;

use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    super::{
        Error,
        attributes::{Attributes, ItemReader, s},
        keys::{self, AUDIT_INDEX, EVENT_PREFIX, EXPIRES_AT, SK},
    },
    Trail, item,
};
use crate::domain::{ActionType, AuditEvent, EventId, PageSize, UserId};

/// The read units that a page may cost. When the next query could exceed them, the page is returned
/// even if it is not full.
const MAX_UNITS: f64 = 58.0;
/// The maximum size of an event in bytes: fifty favourites with the longest ids, and the longest
/// e-mail address, user agent and request id. `tests/read_units.rs` stores such events.
const MAX_EVENT: f64 = 4400.0;
/// The size of a read unit in bytes. Eventually consistent reads cost half.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-calculations.html>
const UNIT: f64 = 4096.0;
/// The maximum number of queries per shard.
const MAX_ROUNDS: usize = 4;

/// A request for a page of the trail.
#[derive(Debug, Clone, Copy)]
pub struct TrailQuery {
    /// The accounts to read.
    pub scope: TrailScope,
    /// Return only events of this type.
    pub action: Option<ActionType>,
    /// Return only events from this time on.
    pub from: Option<Timestamp>,
    /// Return only events before this time.
    pub to: Option<Timestamp>,
    /// The maximum number of events.
    pub limit: PageSize,
    /// The current time. Events that have expired by now are omitted.
    pub now: Timestamp,
    /// The last event of the previous page.
    pub after: Option<EventId>,
}

/// The accounts that a query reads.
#[derive(Debug, Clone, Copy)]
pub enum TrailScope {
    /// One account, with strong consistency.
    User(UserId),
    /// All accounts. The index is eventually consistent: a new event appears after a short delay.
    AllUsers,
}

impl TrailScope {
    /// The number of partitions that a page reads.
    fn shards(self) -> u8 {
        match self {
            Self::User(_) => 1,
            Self::AllUsers => keys::AUDIT_SHARDS,
        }
    }

    /// The number of events that each partition can be queried for, if all are as large as
    /// possible.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a few hundred")]
    fn affordable_events(self, units: f64) -> usize {
        let unit = match self {
            Self::User(_) => UNIT,
            Self::AllUsers => 2.0 * UNIT,
        };
        // Each query rounds its read units up.
        (((units / f64::from(self.shards())).floor() * unit / MAX_EVENT).floor()).max(0.0) as usize
    }
}

/// A page of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailPage {
    /// The events, newest first.
    pub events: Vec<AuditEvent>,
    /// The position at which the next page starts. `None` on the last page.
    pub next: Option<EventId>,
}

/// The result of one query of one shard.
struct ShardPage {
    events: Vec<AuditEvent>,
    /// The last event that the query read. `None` when the shard has no older events.
    read_until: Option<EventId>,
    /// The read units that the query cost.
    units: f64,
}

impl Trail {
    /// Returns a page of the trail, newest first.
    ///
    /// One query per shard for up to 50 events, and up to four for more or with an action filter. A
    /// page costs at most 58 read units: each round of queries reads as many events as it may if
    /// all are as large as possible. If that does not fill the page, the page is short, or even
    /// empty, and has a `next` position.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn page(&self, mut query: TrailQuery) -> Result<TrailPage, Error> {
        let limit = query.limit.get();
        let mut events = Vec::new();
        let mut units = MAX_UNITS;
        for _ in 0..MAX_ROUNDS {
            let affordable = query.scope.affordable_events(units);
            // One event more than the page holds shows whether a next page exists.
            let wanted = if query.action.is_some() { usize::MAX } else { limit + 1 - events.len() };
            if affordable == 0 {
                break;
            }
            let shards = self.query_shards(&query, wanted.min(affordable)).await?;
            units -= shards.iter().map(|shard| shard.units).sum::<f64>();
            // Events older than this were not read in every shard, so they belong to a later round.
            let read_until = shards.iter().filter_map(|shard| shard.read_until).max();
            let is_complete = |event: &AuditEvent| read_until.is_none_or(|until| event.id >= until);
            let mut found: Vec<_> = shards.into_iter().flat_map(|shard| shard.events).filter(is_complete).collect();
            found.sort_by_key(|event| Reverse(event.id));
            events.append(&mut found);
            if events.len() > limit {
                events.truncate(limit);
                return Ok(TrailPage { next: events.last().map(|event| event.id), events });
            }
            query.after = read_until;
            if read_until.is_none() || events.len() == limit {
                break;
            }
        }
        Ok(TrailPage { events, next: query.after })
    }

    async fn query_shards(&self, query: &TrailQuery, limit: usize) -> Result<Vec<ShardPage>, Error> {
        match query.scope {
            TrailScope::User(user) => Ok(vec![self.query_shard(query, keys::trail(user), limit).await?]),
            TrailScope::AllUsers => {
                let shards = (0..keys::AUDIT_SHARDS).map(keys::audit_shard);
                try_join_all(shards.map(|shard| self.query_shard(query, shard, limit))).await
            }
        }
    }

    /// Queries at most `limit` events of a shard.
    async fn query_shard(&self, query: &TrailQuery, partition: String, limit: usize) -> Result<ShardPage, Error> {
        let Some((earliest, latest)) = sort_key_range(query) else {
            return Ok(ShardPage { events: Vec::new(), read_until: None, units: 0.0 });
        };
        let request = match query.scope {
            TrailScope::User(_) => {
                self.0.query(partition).key_condition_expression("pk = :pk AND sk BETWEEN :earliest AND :latest")
            }
            TrailScope::AllUsers => self
                .0
                .query_index(AUDIT_INDEX)
                .key_condition_expression("audit_shard = :shard AND sk BETWEEN :earliest AND :latest")
                .expression_attribute_values(":shard", s(partition)),
        };
        let mut request = request
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .expression_attribute_values(":earliest", s(earliest))
            .expression_attribute_values(":latest", s(latest));
        if let Some(action) = query.action {
            request = request
                .filter_expression("#action = :action")
                .expression_attribute_names("#action", "action")
                .expression_attribute_values(":action", s(action.as_str()));
        }
        let output = request.send().await.map_err(Error::from_sdk)?;
        // DynamoDB deletes expired items within days, so they are filtered out here. Events are
        // ordered by age: everything behind the first expired one has expired too.
        let is_live = |item: &&Attributes| ItemReader(item).seconds(EXPIRES_AT).is_ok_and(|end| end > query.now);
        let live: Vec<&Attributes> = output.items().iter().take_while(is_live).collect();
        let all_live = live.len() == output.items().len();
        let consumed = output.consumed_capacity().and_then(ConsumedCapacity::capacity_units);
        Ok(ShardPage {
            events: live.into_iter().map(item::read).collect::<Result<_, _>>()?,
            read_until: output.last_evaluated_key().filter(|_| all_live).map(event_id).transpose()?,
            units: consumed.unwrap_or(MAX_UNITS),
        })
    }
}

/// The first and the last sort key that match the query. `None` when no key can match.
fn sort_key_range(query: &TrailQuery) -> Option<(String, String)> {
    let earliest = query.from.map_or_else(|| EVENT_PREFIX.to_owned(), |from| keys::event(EventId::earliest_at(from)));
    let end = [query.after, query.to.map(EventId::earliest_at)].into_iter().flatten().min();
    let latest = end.map_or_else(keys::after_all_events, |end| keys::event(end.before()));
    (earliest <= latest).then_some((earliest, latest))
}

fn event_id(key: &Attributes) -> Result<EventId, Error> {
    Ok(EventId::parse(ItemReader(key).text_after(SK, EVENT_PREFIX)?)?)
}
