use std::cmp::Reverse;

use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::{
    super::{
        Error,
        attributes::{Attributes, ItemReader, n, s},
        keys::{self, AUDIT_INDEX, AUDIT_SHARD, EVENT_PREFIX, PK, SK},
    },
    Trail, item,
};
use crate::domain::{Action, AuditEvent, EventId, PageSize, UserId};

/// How many events one request looks at in each shard, at most, to find those of one action: [`ROUNDS`] times this many.
const LOOKED_AT: usize = 500;
/// How often a page is looked for before it is given out half empty.
const ROUNDS: usize = 4;

/// Which part of the trail to read.
#[derive(Debug, Clone, Copy)]
pub struct TrailQuery {
    /// Whose.
    pub of: Of,
    /// Only this action.
    pub action: Option<Action>,
    /// Only from this instant on.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub to: Option<Timestamp>,
    /// How many events.
    pub limit: PageSize,
    /// Without those that have expired by now.
    pub now: Timestamp,
    /// Behind this event.
    pub after: Option<EventId>,
}

/// Whose trail.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// One account's, strongly consistent.
    User(UserId),
    /// Everybody's. The index is eventually consistent: an event shows a moment after it was stored.
    Everybody,
}

/// A page of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailPage {
    /// The events, newest first.
    pub events: Vec<AuditEvent>,
    /// Where the next page goes on; `None` at the end.
    pub next: Option<EventId>,
}

/// What one shard had to say.
struct Part {
    events: Vec<AuditEvent>,
    /// The last event that was looked at, when there are more behind it.
    looked_until: Option<EventId>,
}

impl Trail {
    /// A page of the trail, newest first: one query for each shard, without a filter. With an action it looks at some thousand
    /// events for it; when they do not fill the page, the page is short and the next one goes on from there.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn page(&self, mut query: TrailQuery) -> Result<TrailPage, Error> {
        let wanted = query.limit.get();
        let mut events = Vec::new();
        for _ in 0..ROUNDS {
            let parts = match query.of {
                Of::User(user) => vec![self.part(&query, keys::trail(user)).await?],
                Of::Everybody => {
                    let shards = (0..keys::AUDIT_SHARDS).map(keys::audit_shard);
                    try_join_all(shards.map(|shard| self.part(&query, shard))).await?
                }
            };
            // What is older than this was not looked at in every shard.
            let looked_until = parts.iter().filter_map(|part| part.looked_until).max();
            let seen = |event: &AuditEvent| looked_until.is_none_or(|until| event.id >= until);
            let mut found: Vec<_> = parts.into_iter().flat_map(|part| part.events).filter(seen).collect();
            found.sort_by_key(|event| Reverse(event.id));
            events.append(&mut found);
            if events.len() > wanted {
                events.truncate(wanted);
                return Ok(TrailPage { next: events.last().map(|event| event.id), events });
            }
            query.after = looked_until;
            if looked_until.is_none() || events.len() == wanted {
                break;
            }
        }
        Ok(TrailPage { events, next: query.after })
    }

    async fn part(&self, query: &TrailQuery, partition: String) -> Result<Part, Error> {
        // One more than asked for tells whether there is a next page.
        let look_at = if query.action.is_some() { LOOKED_AT } else { query.limit.get() + 1 };
        let earliest =
            query.from.map_or_else(|| EVENT_PREFIX.to_owned(), |from| keys::event(EventId::earliest_at(from)));
        let ends = [query.after, query.to.map(EventId::earliest_at)];
        let latest =
            ends.into_iter().flatten().min().map_or_else(keys::after_all_events, |end| keys::event(end.before()));
        if latest < earliest {
            return Ok(Part { events: Vec::new(), looked_until: None });
        }
        let mut request = self
            .0
            .client
            .query()
            .table_name(&self.0.name)
            .scan_index_forward(false)
            .limit(i32::try_from(look_at).unwrap_or(i32::MAX))
            .key_condition_expression("#partition = :partition AND sk BETWEEN :earliest AND :latest")
            .expression_attribute_values(":partition", s(partition))
            .expression_attribute_values(":earliest", s(earliest))
            .expression_attribute_values(":latest", s(latest));
        request = match query.of {
            Of::User(_) => request.expression_attribute_names("#partition", PK).consistent_read(true),
            Of::Everybody => request.expression_attribute_names("#partition", AUDIT_SHARD).index_name(AUDIT_INDEX),
        };
        // TTL deletes within days; what has expired is gone at once all the same.
        let mut filter = "expires_at > :now".to_owned();
        request =
            request.expression_attribute_values(":now", n(u64::try_from(query.now.as_second()).unwrap_or_default()));
        if let Some(action) = query.action {
            filter += " AND #action = :action";
            request = request
                .expression_attribute_names("#action", "action")
                .expression_attribute_values(":action", s(action.as_str()));
        }
        request = request.filter_expression(filter);
        let output = request.send().await.map_err(Error::from_sdk)?;
        Ok(Part {
            events: output.items().iter().map(item::read).collect::<Result<_, _>>()?,
            looked_until: output.last_evaluated_key().map(last).transpose()?,
        })
    }
}

fn last(key: &Attributes) -> Result<EventId, Error> {
    Ok(EventId::parse(ItemReader(key).text_after(SK, EVENT_PREFIX)?)?)
}
