use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::Select};

use super::{Attributes, Error, Watchlist, key, read_item};
use crate::{
    domain::{Item, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    store::{
        attributes::s,
        keys::{self, BY_TYPE, ITEM_PREFIX, SK, TYPE_ID},
    },
};

/// Which part of a watchlist to read.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// Only this type.
    pub item_type: Option<ItemType>,
    /// The order.
    pub sort: SortOrder,
    /// How many items.
    pub limit: PageSize,
    /// Where to begin.
    pub start: Start,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub enum Start {
    /// Behind so many items from the beginning.
    Skip(Skip),
    /// Behind this item, which need not exist any more.
    After(ItemId),
}

/// A page, and the item behind which the next one begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The items in order.
    pub items: Vec<Item>,
    /// The last item of this page; `None` at the end of the list.
    pub next: Option<ItemId>,
}

impl Watchlist {
    /// A page of this owner's watchlist: one strongly consistent query, filtered or not, whatever the list's length.
    /// Skipping costs more: what is passed over is read too, though not sent.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn list(&self, owner: UserId, query: &Query) -> Result<Page, Error> {
        let start = match query.start {
            Start::After(id) => Some(start_key(owner, id, query.item_type)),
            Start::Skip(skip) => match self.pass_over(owner, query, skip.get()).await? {
                PassedOver::To(start) => start,
                PassedOver::TheEnd => {
                    return Ok(Page { items: Vec::new(), next: None });
                }
            },
        };
        // One more than asked for tells whether there is a next page. Items have at most some 1.5 KB, so 101 of them stay
        // far below the 1 MB at which DynamoDB would cut the answer short.
        let wanted = query.limit.get();
        let page = self.query(owner, query).limit(at_most_i32(wanted + 1)).set_exclusive_start_key(start);
        let output = page.send().await.map_err(Error::from_sdk)?;
        let mut items = output.items().iter().map(read_item).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > wanted;
        items.truncate(wanted);
        let next = items.last().filter(|_| more).map(|item| item.id);
        Ok(Page { items, next })
    }

    async fn pass_over(&self, owner: UserId, query: &Query, mut left: usize) -> Result<PassedOver, Error> {
        let mut start = None;
        while left > 0 {
            let count = self.query(owner, query).select(Select::Count).limit(at_most_i32(left));
            let output = count.set_exclusive_start_key(start).send().await.map_err(Error::from_sdk)?;
            left = left.saturating_sub(usize::try_from(output.count()).unwrap_or_default());
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(PassedOver::TheEnd);
            }
        }
        Ok(PassedOver::To(start))
    }

    fn query(&self, owner: UserId, query: &Query) -> QueryFluentBuilder {
        let request = self
            .0
            .query(keys::watchlist(owner))
            .scan_index_forward(query.sort == SortOrder::CreatedAtAsc)
            .key_condition_expression("pk = :pk AND begins_with(#sort_key, :prefix)");
        match query.item_type {
            None => request
                .expression_attribute_names("#sort_key", SK)
                .expression_attribute_values(":prefix", s(ITEM_PREFIX)),
            Some(item_type) => request
                .index_name(BY_TYPE)
                .expression_attribute_names("#sort_key", TYPE_ID)
                .expression_attribute_values(":prefix", s(keys::type_prefix(item_type))),
        }
    }
}

enum PassedOver {
    To(Option<Attributes>),
    TheEnd,
}

/// The key behind which a query goes on. In an index it names the index's sort key too.
fn start_key(owner: UserId, id: ItemId, item_type: Option<ItemType>) -> Attributes {
    let mut start = key(owner, id);
    if let Some(item_type) = item_type {
        start.insert(TYPE_ID.to_owned(), s(keys::type_id(item_type, id)));
    }
    start
}

fn at_most_i32(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
