use std::collections::VecDeque;

use futures_util::future::try_join_all;

use super::{
    Error, Watchlist, WatchlistQuery,
    list::{as_i32, start_key},
};
use crate::{
    domain::{ItemId, ItemType, SortOrder, UserId},
    store::{
        attributes::{ItemReader, s},
        keys::{self, ITEM_KEYS, ITEM_PREFIX, SK},
    },
};

/// A position in a watchlist: after this item, and after this many further items.
pub(super) struct Position {
    pub(super) after: Option<ItemId>,
    pub(super) skip: usize,
}

impl Watchlist {
    /// Returns the position after the first `count` items of a query. It reads their keys from an
    /// index that contains nothing else: 18 read units for a thousand items of one type, and at
    /// most 25 without a type filter.
    ///
    /// The index orders the items of each type separately, so that without a filter the keys of
    /// both types are merged. At most a third of them is read in vain.
    ///
    /// The index is eventually consistent: a change of the last moment may shift the position by
    /// the items that it added or removed. When the index contains fewer items than `count`, the
    /// position has the rest in `skip`.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub(super) async fn skip(&self, owner: UserId, query: &WatchlistQuery, count: usize) -> Result<Position, Error> {
        let (types, batch) = match query.item_type {
            Some(item_type) => (vec![item_type], count),
            None => (ItemType::ALL.to_vec(), count.div_ceil(3)),
        };
        let mut lists: Vec<KeyList> = types.into_iter().map(KeyList::new).collect();
        let mut position = Position { after: None, skip: count };
        while position.skip > 0 {
            let limit = batch.min(position.skip);
            let to_read = lists.iter_mut().filter(|list| list.must_read());
            try_join_all(to_read.map(|list| self.read_keys(owner, query.sort, list, limit))).await?;
            // A list without keys has to be read before its items can be compared with the others.
            while position.skip > 0 && !lists.iter().any(KeyList::must_read) {
                let unread = lists.iter_mut().filter(|list| !list.keys.is_empty());
                let first = match query.sort {
                    SortOrder::CreatedAtAsc => unread.min_by_key(|list| list.keys.front().copied()),
                    SortOrder::CreatedAtDesc => unread.max_by_key(|list| list.keys.front().copied()),
                };
                let Some(first) = first else { return Ok(position) };
                position = Position { after: first.keys.pop_front(), skip: position.skip - 1 };
            }
        }
        Ok(position)
    }

    /// Reads the next `limit` keys of a list. One query.
    async fn read_keys(&self, owner: UserId, sort: SortOrder, list: &mut KeyList, limit: usize) -> Result<(), Error> {
        let request = self
            .0
            .query_index(ITEM_KEYS)
            .key_condition_expression("pk = :pk AND begins_with(type_id, :prefix)")
            .expression_attribute_values(":pk", s(keys::watchlist(owner)))
            .expression_attribute_values(":prefix", s(keys::type_prefix(list.item_type)))
            .scan_index_forward(sort == SortOrder::CreatedAtAsc)
            .limit(as_i32(limit))
            .set_exclusive_start_key(list.last.map(|id| start_key(owner, id, Some(list.item_type))));
        let output = Box::pin(request.send()).await.map_err(Error::from_sdk)?;
        for item in output.items() {
            list.keys.push_back(ItemId::parse(ItemReader(item).text_after(SK, ITEM_PREFIX)?)?);
        }
        list.last = list.keys.back().copied();
        list.ended = output.last_evaluated_key.is_none();
        Ok(())
    }
}

/// The items of one type, as far as they have been read and not been skipped.
struct KeyList {
    item_type: ItemType,
    keys: VecDeque<ItemId>,
    last: Option<ItemId>,
    ended: bool,
}

impl KeyList {
    const fn new(item_type: ItemType) -> Self {
        Self { item_type, keys: VecDeque::new(), last: None, ended: false }
    }

    fn must_read(&self) -> bool {
        self.keys.is_empty() && !self.ended
    }
}
