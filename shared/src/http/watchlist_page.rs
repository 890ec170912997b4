//! A page of a watchlist, as its owner and an administrator see it.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Fields, FromFields, KnownParameters, PageQuery, Preconditions, etag_of_bytes},
    next_link, schema,
    wire::WireItem,
};
use crate::{
    auth::CursorKey,
    cache::Page,
    domain::{Error, Invalid, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    store::{Query, Start, Watchlist},
};

/// The query string of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// How many entries to pass over. A `cursor` is cheaper, and excludes it.
    #[param(inline, value_type = schema::Skip, required = false)]
    skip: Skip,
    /// How many entries the page has at most.
    #[param(inline, value_type = schema::PageSize, required = false)]
    limit: PageSize,
    /// Only movies, or only shows.
    #[param(inline, rename = "type", value_type = schema::ItemType, required = false)]
    item_type: Option<ItemType>,
    /// The order, by time of creation.
    #[param(inline, value_type = schema::SortOrder, required = false)]
    sort: SortOrder,
    /// The `next_cursor` of the page before. It is good for the same user and the same query only.
    #[param(inline, value_type = schema::Cursor, required = false)]
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

impl PageQuery for ListQuery {
    fn canonical(&self, owner: UserId) -> String {
        // In quotes, so that an empty cursor, which is a bad one, is not the same as none.
        format!("{} {} {} {:?}", self.scope(owner), self.skip.get(), self.limit.get(), self.cursor)
    }
}

/// A page of a watchlist.
#[derive(Serialize, ToSchema)]
#[schema(as = WatchlistPage)]
pub struct ListBody {
    /// Whose it is.
    #[schema(value_type = schema::Id)]
    user: String,
    /// How many entries were passed over.
    #[schema(value_type = u32)]
    skip: usize,
    /// How many entries it could have had.
    #[schema(value_type = u32)]
    limit: usize,
    watchlist: Vec<WireItem>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// Whether Redis had the page: `HIT`, `MISS`, or `BYPASS` when it was not asked.
pub const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// Makes the page of `owner`'s watchlist that the query asks for, with a `Link` to the next one at `path`.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query; the table does not answer.
pub async fn make(
    owner: UserId,
    query: &ListQuery,
    watchlist: &Watchlist,
    cursors: &CursorKey,
    path: &str,
) -> Result<Page, Error> {
    let scope = query.scope(owner);
    let page = watchlist.list(owner, &query.stored(&scope, cursors)?).await?;
    let next_cursor = page.next.map(|id| cursors.seal(&scope, id.as_bytes())).transpose()?;
    let link = next_cursor.as_ref().map(|cursor| next_link(path, &query.kept(), cursor)).unwrap_or_default();
    let body = ListBody {
        user: owner.to_string(),
        skip: query.skip.get(),
        limit: query.limit.get(),
        watchlist: page.items.iter().map(WireItem::from).collect(),
        next_cursor,
    };
    let body = serde_json::to_vec(&body).map_err(|cause| Error::Internal(Arc::new(cause)))?;
    Ok(Page { etag: etag_of_bytes(&body), link, body })
}

/// The answer with a page, or 304 for a client that has it. Browsers may keep it for the one user, and ask each time.
#[must_use]
pub fn answer(page: Page, served: &'static str, conditions: &Preconditions) -> Response {
    let text = |text: &str| HeaderValue::from_str(text).ok();
    let not_modified = text(&page.etag).is_some_and(|etag| conditions.has(&etag));
    let (status, body) =
        if not_modified { (StatusCode::NOT_MODIFIED, Body::empty()) } else { (StatusCode::OK, Body::from(page.body)) };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CACHE, HeaderValue::from_static(served));
    headers.extend(text(&page.etag).map(|etag| (header::ETAG, etag)));
    headers.extend(text(&page.link).filter(|link| !link.is_empty()).map(|link| (header::LINK, link)));
    response
}
