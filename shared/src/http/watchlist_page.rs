//! A page of a watchlist, for its owner and for administrators.

use std::sync::Arc;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    etag::body_etag,
    extract::{Fields, FromFields, IfNoneMatch, KnownParameters, PageQuery},
    next_link, schema,
    views::ItemView,
};
use crate::{
    auth::CursorKey,
    cache::RenderedPage,
    domain::{Error, Invalid, ItemId, ItemType, PageSize, Skip, SortOrder, UserId},
    store::{PageStart, Watchlist, WatchlistQuery},
};

/// The query string of a watchlist.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The number of entries to skip. A `cursor` is cheaper; the two exclude each other.
    #[param(inline, value_type = schema::Skip, required = false)]
    skip: Skip,
    /// The maximum number of entries of the page.
    #[param(inline, value_type = schema::PageSize, required = false)]
    limit: PageSize,
    /// Return only items of this type.
    #[param(inline, rename = "type", value_type = schema::ItemType, required = false)]
    item_type: Option<ItemType>,
    /// The sort order, by creation time.
    #[param(inline, value_type = schema::SortOrder, required = false)]
    sort: SortOrder,
    /// The `next_cursor` of the previous page. It is valid for the same user and the same query
    /// only.
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
            fields.reject("skip", Invalid::new("excluded", "must not be given together with cursor"));
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
    /// Returns the scope that a cursor is bound to: the user, and the parameters that decide which
    /// items come in which order. The page size may change between pages.
    fn scope(&self, owner: UserId) -> String {
        let item_type = self.item_type.map_or("all", ItemType::as_str);
        format!("watchlist {owner} {item_type} {}", self.sort.as_str())
    }

    /// Converts the query to the store's.
    fn to_store_query(&self, scope: &str, cursors: &CursorKey) -> Result<WatchlistQuery, Error> {
        let start = match &self.cursor {
            None => PageStart::Skip(self.skip),
            Some(cursor) => {
                let position = cursors.open(scope, cursor)?;
                PageStart::After(ItemId::from_bytes(&position).ok_or(Error::BadCursor)?)
            }
        };
        Ok(WatchlistQuery { item_type: self.item_type, sort: self.sort, limit: self.limit, start })
    }

    /// Returns the parameters that the link to the next page repeats.
    fn link_parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![("limit", self.limit.get().to_string()), ("sort", self.sort.as_str().to_owned())];
        parameters.extend(self.item_type.map(|item_type| ("type", item_type.as_str().to_owned())));
        parameters
    }
}

impl PageQuery for ListQuery {
    fn canonical(&self, owner: UserId) -> String {
        // The cursor is quoted, so that an empty cursor, which is invalid, differs from an absent
        // one.
        format!("{} {} {} {:?}", self.scope(owner), self.skip.get(), self.limit.get(), self.cursor)
    }
}

/// A page of a watchlist.
#[derive(Serialize, ToSchema)]
#[schema(as = WatchlistPage)]
pub struct WatchlistPageView {
    /// The id of the owner.
    #[schema(value_type = schema::Id)]
    user: String,
    /// The number of skipped entries.
    #[schema(value_type = u32)]
    skip: usize,
    /// The maximum number of entries of the page.
    #[schema(value_type = u32)]
    limit: usize,
    watchlist: Vec<ItemView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// The result of the lookup in Redis: `HIT`, `MISS`, or `BYPASS` without a lookup.
pub const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// Reads a page of the watchlist and renders it as JSON, with a `Link` to the next page at `path`.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query. The table is
/// unavailable.
pub async fn render(
    owner: UserId,
    query: &ListQuery,
    watchlist: &Watchlist,
    cursors: &CursorKey,
    path: &str,
) -> Result<RenderedPage, Error> {
    let scope = query.scope(owner);
    let page = watchlist.list(owner, &query.to_store_query(&scope, cursors)?).await?;
    let next_cursor = page.next.map(|id| cursors.seal(&scope, id.as_bytes())).transpose()?;
    let link = next_cursor.as_ref().map(|cursor| next_link(path, &query.link_parameters(), cursor)).unwrap_or_default();
    let body = WatchlistPageView {
        user: owner.to_string(),
        skip: query.skip.get(),
        limit: query.limit.get(),
        watchlist: page.items.iter().map(ItemView::from).collect(),
        next_cursor,
    };
    let body = serde_json::to_vec(&body).map_err(|cause| Error::Internal(Arc::new(cause)))?;
    Ok(RenderedPage { etag: body_etag(&body), link, body })
}

/// Returns a response with the page, or 304 when the client already has it. Browsers may cache the
/// page for the user, and must revalidate it each time.
#[must_use]
pub fn response(page: RenderedPage, x_cache: &'static str, if_none_match: &IfNoneMatch) -> Response {
    let text = |text: &str| HeaderValue::from_str(text).ok();
    let not_modified = text(&page.etag).is_some_and(|etag| if_none_match.matches(&etag));
    let (status, body) =
        if not_modified { (StatusCode::NOT_MODIFIED, Body::empty()) } else { (StatusCode::OK, Body::from(page.body)) };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CACHE, HeaderValue::from_static(x_cache));
    headers.extend(text(&page.etag).map(|etag| (header::ETAG, etag)));
    headers.extend(text(&page.link).filter(|link| !link.is_empty()).map(|link| (header::LINK, link)));
    response
}
