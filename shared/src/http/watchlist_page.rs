//! A page of a watchlist, as its owner and an administrator see it.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use serde::Serialize;

use super::{
    ApiError,
    extract::{Fields, FromFields, KnownParameters},
    next_link,
    wire::WireItem,
};
use crate::{
    auth::CursorKey,
    domain::{Error, Invalid, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    store::{Query, Start, Watchlist},
};

/// The query string of a list.
#[derive(Debug)]
pub struct ListQuery {
    skip: Skip,
    limit: PageSize,
    item_type: Option<ItemType>,
    sort: SortOrder,
    cursor: Option<String>,
}

impl KnownParameters for ListQuery {
    const NAMES: &'static [&'static str] = &["skip", "limit", "type", "sort", "cursor"];
}

impl FromFields for ListQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let skip = fields.optional("skip", Skip::parse);
        let limit = fields.optional("limit", PageSize::parse);
        let item_type = fields.optional("type", ItemType::parse);
        let sort = fields.optional("sort", SortOrder::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        if matches!((&skip, &cursor), (Some(Some(_)), Some(Some(_)))) {
            fields.refuse("skip", Invalid::new("excluded", "must not be given together with cursor"));
        }
        Some(Self {
            skip: skip?.unwrap_or_default(),
            limit: limit?.unwrap_or_default(),
            item_type: item_type?,
            sort: sort?.unwrap_or_default(),
            cursor: cursor?,
        })
    }
}

impl ListQuery {
    /// What a cursor is bound to: the user and everything that decides which items come in which order. The page's size
    /// may change from page to page.
    fn scope(&self, owner: UserId) -> String {
        let item_type = self.item_type.map_or("all", ItemType::as_str);
        format!("watchlist {owner} {item_type} {}", self.sort.as_str())
    }

    /// The query as the store takes it.
    fn stored(&self, scope: &str, cursors: &CursorKey) -> Result<Query, Error> {
        let start = match &self.cursor {
            None => Start::Skip(self.skip),
            Some(cursor) => {
                let position = cursors.open(scope, cursor)?;
                Start::After(ItemId::from_bytes(&position).ok_or(Error::BadCursor)?)
            }
        };
        Ok(Query { item_type: self.item_type, sort: self.sort, limit: self.limit, start })
    }

    /// The parameters that the link to the next page repeats.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = vec![("limit", self.limit.get().to_string()), ("sort", self.sort.as_str().to_owned())];
        kept.extend(self.item_type.map(|item_type| ("type", item_type.as_str().to_owned())));
        kept
    }
}

#[derive(Serialize)]
struct ListBody {
    user: String,
    skip: usize,
    limit: usize,
    watchlist: Vec<WireItem>,
    next_cursor: Option<String>,
}

/// The page of `owner`'s watchlist that the query asks for, with a `Link` to the next one at `path`.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query; the table does not answer.
pub async fn answer(
    owner: UserId,
    query: &ListQuery,
    watchlist: &Watchlist,
    cursors: &CursorKey,
    path: &str,
) -> Result<Response, ApiError> {
    let scope = query.scope(owner);
    let page = watchlist.list(owner, &query.stored(&scope, cursors)?).await?;
    let next_cursor = page.next.map(|id| cursors.seal(&scope, id.as_bytes())).transpose()?;

    let mut headers = HeaderMap::new();
    let link = next_cursor.as_ref().and_then(|cursor| next_link(path, &query.kept(), cursor));
    headers.extend(link.map(|link| (header::LINK, link)));
    let body = ListBody {
        user: owner.to_string(),
        skip: query.skip.get(),
        limit: query.limit.get(),
        watchlist: page.items.iter().map(WireItem::from).collect(),
        next_cursor,
    };
    Ok((headers, Json(body)).into_response())
}
