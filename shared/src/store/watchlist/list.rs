use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use super::{Attributes, Error, Watchlist, key, read_item, skip::Position};
use crate::{
    domain::{Item, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    store::{
        attributes::s,
        keys::{self, BY_TYPE, ITEM_PREFIX, TYPE_ID},
    },
};

/// Up to this many items are skipped by reading them with the page: strongly consistent and in one
/// round trip. Skipping more needs their keys only.
const MAX_READ_AND_SKIPPED: usize = 75;

/// A query of a watchlist.
#[derive(Debug, Clone, Copy)]
pub struct WatchlistQuery {
    /// Return only items of this type.
    pub item_type: Option<ItemType>,
    /// The order of the items.
    pub sort: SortOrder,
    /// The maximum number of items.
    pub limit: PageSize,
    /// The start of the page.
    pub start: PageStart,
}

/// The start of a page.
#[derive(Debug, Clone, Copy)]
pub enum PageStart {
    /// After this many items from the beginning.
    Skip(Skip),
    /// After this item, which may have been removed.
    After(ItemId),
}

/// A page of a watchlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchlistPage {
    /// The items in the requested order.
    pub items: Vec<Item>,
    /// The item after which the next page starts. `None` on the last page.
    pub next: Option<ItemId>,
}

impl Watchlist {
    /// Returns a page of an owner's watchlist. One strongly consistent query, with or without a
    /// type filter, regardless of the length of the list. A large [`PageStart::Skip`] adds queries
    /// of the keys of the skipped items.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn list(&self, owner: UserId, query: &WatchlistQuery) -> Result<WatchlistPage, Error> {
        let Position { after, skip } = match query.start {
            PageStart::After(id) => Position { after: Some(id), skip: 0 },
            PageStart::Skip(skip) if skip.get() <= MAX_READ_AND_SKIPPED => Position { after: None, skip: skip.get() },
            PageStart::Skip(skip) => self.skip(owner, query, skip.get()).await?,
        };
        if skip > MAX_READ_AND_SKIPPED {
            return Ok(WatchlistPage { items: Vec::new(), next: None });
        }
        // One item more than the page holds shows whether a next page exists. An item has at most
        // 1.3 KB, so 176 items cost at most 56 read units and stay below the 1 MB at which DynamoDB
        // truncates a response.
        let limit = query.limit.get();
        let start = after.map(|id| start_key(owner, id, query.item_type));
        let request = self.request(owner, query).limit(as_i32(skip + limit + 1)).set_exclusive_start_key(start);
        let output = request.send().await.map_err(Error::from_sdk)?;
        let mut items = output.items().iter().skip(skip).map(read_item).collect::<Result<Vec<_>, _>>()?;
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(|item| item.id);
        Ok(WatchlistPage { items, next })
    }

    fn request(&self, owner: UserId, query: &WatchlistQuery) -> QueryFluentBuilder {
        let partition = keys::watchlist(owner);
        let request = match query.item_type {
            None => self.0.query_prefix(partition, ITEM_PREFIX),
            Some(item_type) => self
                .0
                .query(partition)
                .index_name(BY_TYPE)
                .key_condition_expression("pk = :pk AND begins_with(type_id, :prefix)")
                .expression_attribute_values(":prefix", s(keys::type_prefix(item_type))),
        };
        request.scan_index_forward(query.sort == SortOrder::CreatedAtAsc)
    }
}

/// The exclusive start key of a query. For an index, it contains the index's sort key too.
pub(super) fn start_key(owner: UserId, id: ItemId, item_type: Option<ItemType>) -> Attributes {
    let mut start = key(owner, id);
    if let Some(item_type) = item_type {
        start.insert(TYPE_ID.to_owned(), s(keys::type_id(item_type, id)));
    }
    start
}

pub(super) fn as_i32(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
