//! A page of the audit trail, for the owner of a trail and for administrators: JSON, or CSV for
//! `Accept: text/csv`.

use std::sync::Arc;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Accept, Fields, FromFields, KnownParameters},
    next_link, schema,
};
use crate::{
    auth::CursorKey,
    domain::{ActionType, AuditEvent, Error, EventId, Invalid, PageSize, UserId, rfc3339},
    store::{Trail, TrailQuery, TrailScope},
};

mod csv;
mod event;

use event::EventView;

/// The query string of the user's own trail.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Return only events with this action.
    #[param(inline, value_type = schema::Action, required = false)]
    action: Option<ActionType>,
    /// Return only events from this time on.
    #[param(inline, value_type = schema::Instant, required = false)]
    from: Option<Timestamp>,
    /// Return only events before this time.
    #[param(inline, value_type = schema::Instant, required = false)]
    to: Option<Timestamp>,
    /// The maximum number of entries of the page.
    #[param(inline, value_type = schema::PageSize, required = false)]
    limit: PageSize,
    /// The `next_cursor` of the previous page. It is valid for the same user and the same query
    /// only.
    #[param(inline, value_type = schema::Cursor, required = false)]
    cursor: Option<String>,
}

/// The query string of the administrators' view: the trail of all accounts or of one.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdminAuditQuery {
    /// Return only the trail of this account.
    #[param(inline, rename = "user_id", value_type = schema::Id, required = false)]
    user: Option<UserId>,
    #[param(ignore)]
    query: AuditQuery,
}

impl KnownParameters for AuditQuery {
    const NAMES: &'static [&'static str] = &["action", "from", "to", "limit", "cursor"];
}

impl FromFields for AuditQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let action = fields.optional("action", |text| {
            ActionType::parse(text)
                .ok_or_else(|| Invalid::new("invalid_choice", "must be an action of the audit trail"))
        });
        let from = fields.optional("from", parse_time);
        let to = fields.optional("to", parse_time);
        let limit = fields.optional("limit", PageSize::parse);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        Some(Self { action: action?, from: from?, to: to?, limit: limit?.unwrap_or_default(), cursor: cursor? })
    }
}

impl KnownParameters for AdminAuditQuery {
    const NAMES: &'static [&'static str] = &["user_id", "action", "from", "to", "limit", "cursor"];
}

impl FromFields for AdminAuditQuery {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let user = fields.optional("user_id", UserId::parse);
        let query = AuditQuery::from_fields(fields);
        Some(Self { user: user?, query: query? })
    }
}

impl AdminAuditQuery {
    /// Returns the account of the trail; `None` for all accounts.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        self.user
    }
}

fn parse_time(text: &str) -> Result<Timestamp, Invalid> {
    text.parse().map_err(|_| Invalid::new("invalid_time", "must be an RFC 3339 time such as 2026-01-31T00:00:00Z"))
}

/// The dependencies for reading a page.
#[derive(Debug, Clone, Copy)]
pub struct TrailAccess<'a> {
    /// The trail.
    pub trail: &'a Trail,
    /// The key that encrypts the position of the next page.
    pub cursors: &'a CursorKey,
    /// The current time.
    pub now: Timestamp,
}

/// The reader of the trail. A cursor is bound to it.
#[derive(Debug, Clone, Copy)]
enum Reader {
    Owner(UserId),
    Admin(UserId),
}

/// A page of the audit trail, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct AuditPageView {
    events: Vec<EventView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// Returns a page of the user's own trail.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query. The table is
/// unavailable.
pub async fn own_page(
    owner: UserId,
    query: &AuditQuery,
    access: TrailAccess<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    page_response(Reader::Owner(owner), query, TrailScope::User(owner), access, path, accept).await
}

/// Returns a page of the trail of all accounts or of one, for an administrator.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query. The table is
/// unavailable.
pub async fn admin_page(
    admin: UserId,
    AdminAuditQuery { user, query }: &AdminAuditQuery,
    access: TrailAccess<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    let scope = user.map_or(TrailScope::AllUsers, TrailScope::User);
    page_response(Reader::Admin(admin), query, scope, access, path, accept).await
}

async fn page_response(
    reader: Reader,
    query: &AuditQuery,
    scope: TrailScope,
    access: TrailAccess<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    let filters = query.filters(scope);
    let cursor_scope = cursor_scope(reader, &filters);
    let after = query.cursor.as_deref().map(|cursor| position(access.cursors, &cursor_scope, cursor)).transpose()?;
    let AuditQuery { action, from, to, limit, .. } = *query;
    let page = access.trail.page(TrailQuery { scope, action, from, to, limit, now: access.now, after }).await?;
    let next_cursor = page.next.map(|id| access.cursors.seal(&cursor_scope, id.as_bytes())).transpose()?;

    let mut headers = HeaderMap::new();
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    if let Some(cursor) = &next_cursor {
        let link = next_link(path, &link_parameters(reader, limit, filters), cursor);
        headers.extend(HeaderValue::try_from(link).ok().map(|link| (header::LINK, link)));
    }
    let events: Vec<_> = page.events.iter().map(|event| reader.view(event)).collect();
    match accept {
        Accept::Json => Ok((headers, Json(AuditPageView { events, next_cursor })).into_response()),
        Accept::Csv => csv_response(headers, &events),
    }
}

fn csv_response(mut headers: HeaderMap, events: &[EventView]) -> Result<Response, Error> {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    let disposition = HeaderValue::from_static("attachment; filename=\"audit.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    let table = csv::table(events).map_err(|cause| Error::Internal(Arc::new(cause)))?;
    Ok((headers, table).into_response())
}

type Parameters = Vec<(&'static str, String)>;

/// A cursor is valid for the same reader and the same filters only.
fn cursor_scope(reader: Reader, filters: &Parameters) -> String {
    let filters = filters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    format!("audit {} {filters}", reader.name())
}

/// Returns the parameters that the link to the next page repeats. `user_id` is a parameter for
/// administrators only.
fn link_parameters(reader: Reader, limit: PageSize, filters: Parameters) -> Parameters {
    let is_allowed = |(name, _): &(&str, String)| *name != "user_id" || matches!(reader, Reader::Admin(_));
    [("limit", limit.get().to_string())].into_iter().chain(filters).filter(is_allowed).collect()
}

fn position(cursors: &CursorKey, scope: &str, cursor: &str) -> Result<EventId, Error> {
    EventId::from_bytes(&cursors.open(scope, cursor)?).ok_or(Error::BadCursor)
}

impl AuditQuery {
    /// Returns the filters. The link to the next page repeats them, and a cursor is bound to them.
    /// The page size is not a filter: it may change between pages.
    fn filters(&self, scope: TrailScope) -> Parameters {
        let user = match scope {
            TrailScope::User(user) => Some(("user_id", user.to_string())),
            TrailScope::AllUsers => None,
        };
        let action = self.action.map(|action| ("action", action.as_str().to_owned()));
        let time = |name, instant: Option<Timestamp>| instant.map(|instant| (name, rfc3339(instant)));
        [user, action, time("from", self.from), time("to", self.to)].into_iter().flatten().collect()
    }
}

impl Reader {
    fn name(self) -> String {
        match self {
            Self::Owner(id) => format!("owner {id}"),
            Self::Admin(id) => format!("admin {id}"),
        }
    }

    /// Returns the event as the reader may see it. An administrator's action on an account is in
    /// the account's trail, too, but without the administrator's identity and address.
    fn view(self, event: &AuditEvent) -> EventView {
        match self {
            Self::Owner(owner) if event.trail_owner() != Some(owner) => EventView::without_actor(event),
            // A former administrator still sees their own actions, but not the e-mail addresses of
            // other accounts.
            Self::Owner(owner) if event.affected_account().is_some_and(|account| account != owner) => {
                EventView::without_address(event)
            }
            _ => EventView::from(event),
        }
    }
}
