use jiff::Timestamp;

use super::Favorites;
use crate::{
    domain::{CustomerId, Favorite, PastState, rfc3339},
    store::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, primary_key},
        keys::{self, SK},
        snapshot,
    },
};

/// A page of a favourite's history, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The states.
    pub states: Vec<PastState>,
    /// `true` when there is a next page.
    pub has_more: bool,
}

impl Favorites {
    /// Lists the states of a favourite after `after`, with one strongly consistent query. The
    /// initial state is not part of the history: it is [`Favorite::initial_state`].
    ///
    /// # Errors
    /// The table is unavailable, or the stored item is unreadable.
    pub async fn history(
        &self,
        customer: CustomerId,
        favorite: &Favorite,
        limit: usize,
        after: Option<Timestamp>,
    ) -> Result<HistoryPage, Error> {
        let prefix = keys::history_prefix(&favorite.product_id, favorite.id);
        let start = after.map(|at| key(customer, favorite, at));
        let query = self
            .0
            .query_prefix(keys::histories(customer), &prefix)
            // One additional item shows whether a next page exists.
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let mut states = output.items().iter().map(|item| read(item, &prefix)).collect::<Result<Vec<_>, _>>()?;
        // DynamoDB may end the response at 1 MB, before the limit.
        let has_more = states.len() > limit || output.last_evaluated_key.is_some();
        states.truncate(limit);
        Ok(HistoryPage { states, has_more })
    }
}

fn key(customer: CustomerId, favorite: &Favorite, at: Timestamp) -> Attributes {
    let prefix = keys::history_prefix(&favorite.product_id, favorite.id);
    let sort_key = format!("{prefix}{}", rfc3339(at));
    primary_key(keys::histories(customer), sort_key)
}

/// The history item of a state.
pub(super) fn write(customer: CustomerId, favorite: &Favorite, state: &PastState) -> Attributes {
    let mut item = snapshot::attributes(&state.snapshot);
    item.extend(ItemWriter::default().flag("available", state.available).finish());
    item.extend(key(customer, favorite, state.at));
    item
}

fn read(item: &Attributes, prefix: &str) -> Result<PastState, Error> {
    let reader = ItemReader(item);
    let at = reader.text_after(SK, prefix)?.parse().map_err(|_| Error::Corrupt("no time in a key".to_owned()))?;
    Ok(PastState { at, snapshot: snapshot::read(item)?, available: reader.flag("available")? })
}
