//! A page of the audit trail, as its owner and administrators see it: JSON, or CSV for who asks for `text/csv`.

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
    domain::{Action, AuditEvent, Error, EventId, Invalid, PageSize, UserId, rfc3339},
    store::{Of, Trail, TrailQuery},
};

mod csv;
mod event;

use event::WireEvent;

/// The query string of one's own trail.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only events of this kind.
    #[param(inline, value_type = schema::Action, required = false)]
    action: Option<Action>,
    /// Only events from this moment on.
    #[param(inline, value_type = schema::Instant, required = false)]
    from: Option<Timestamp>,
    /// Only events before this moment.
    #[param(inline, value_type = schema::Instant, required = false)]
    to: Option<Timestamp>,
    /// How many entries the page has at most.
    #[param(inline, value_type = schema::PageSize, required = false)]
    limit: PageSize,
    /// The `next_cursor` of the page before. It is good for the same user and the same query only.
    #[param(inline, value_type = schema::Cursor, required = false)]
    cursor: Option<String>,
}

/// The query string of the administrators' trail: everybody's, or that of one account.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdminAuditQuery {
    /// Only the trail of this account.
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
            Action::parse(text).ok_or_else(|| Invalid::new("invalid_choice", "must be an action of the audit trail"))
        });
        let from = fields.optional("from", instant);
        let to = fields.optional("to", instant);
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
    /// The account whose trail it is about; `None` for everybody's.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        self.user
    }
}

fn instant(text: &str) -> Result<Timestamp, Invalid> {
    text.parse().map_err(|_| Invalid::new("invalid_time", "must be an RFC 3339 time such as 2026-01-31T00:00:00Z"))
}

/// What a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The trail.
    pub trail: &'a Trail,
    /// What seals the position of the next page.
    pub cursors: &'a CursorKey,
    /// The time.
    pub now: Timestamp,
}

/// Who reads the trail. A cursor is bound to it.
#[derive(Debug, Clone, Copy)]
enum Reader {
    Owner(UserId),
    Admin(UserId),
}

/// A page of the audit trail, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct Body {
    events: Vec<WireEvent>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// The page of `owner`'s own trail that the query asks for.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query; the table does not answer.
pub async fn own(
    owner: UserId,
    query: &AuditQuery,
    source: Source<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    answer(Reader::Owner(owner), query, Of::User(owner), source, path, accept).await
}

/// The page of everybody's trail, or one account's, that the query of an administrator asks for.
///
/// # Errors
/// [`Error::BadCursor`] when the cursor was made for another user or query; the table does not answer.
pub async fn admin(
    admin: UserId,
    AdminAuditQuery { user, query }: &AdminAuditQuery,
    source: Source<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    let of = user.map_or(Of::Everybody, Of::User);
    answer(Reader::Admin(admin), query, of, source, path, accept).await
}

async fn answer(
    reader: Reader,
    query: &AuditQuery,
    of: Of,
    source: Source<'_>,
    path: &str,
    accept: Accept,
) -> Result<Response, Error> {
    let kept = query.kept(of);
    let filters = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let scope = format!("audit {} {filters}", reader.name());
    let position = query.cursor.as_deref().map(|cursor| position(source.cursors, &scope, cursor)).transpose()?;
    let AuditQuery { action, from, to, limit, .. } = *query;
    let page = source.trail.page(TrailQuery { of, action, from, to, limit, now: source.now, after: position }).await?;
    let next_cursor = page.next.map(|id| source.cursors.seal(&scope, id.as_bytes())).transpose()?;

    let mut headers = HeaderMap::new();
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    let is_known = |(name, _): &(&str, String)| *name != "user_id" || matches!(reader, Reader::Admin(_));
    let repeated: Vec<_> = [("limit", limit.get().to_string())].into_iter().chain(kept).filter(is_known).collect();
    let link = next_cursor.as_ref().map(|cursor| next_link(path, &repeated, cursor));
    headers.extend(link.and_then(|link| HeaderValue::try_from(link).ok()).map(|link| (header::LINK, link)));
    let events = page.events.iter().map(|event| reader.sees(event)).collect();
    match accept {
        Accept::Json => Ok((headers, Json(Body { events, next_cursor })).into_response()),
        Accept::Csv => {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
            let name = HeaderValue::from_static("attachment; filename=\"audit.csv\"");
            headers.insert(header::CONTENT_DISPOSITION, name);
            let table = csv::table(&events).map_err(|cause| Error::Internal(Arc::new(cause)))?;
            Ok((headers, table).into_response())
        }
    }
}

fn position(cursors: &CursorKey, scope: &str, cursor: &str) -> Result<EventId, Error> {
    EventId::from_bytes(&cursors.open(scope, cursor)?).ok_or(Error::BadCursor)
}

impl AuditQuery {
    /// The filters, which the link to the next page repeats and a cursor is bound to. The page's size may change from page
    /// to page.
    fn kept(&self, of: Of) -> Vec<(&'static str, String)> {
        let user = match of {
            Of::User(user) => Some(("user_id", user.to_string())),
            Of::Everybody => None,
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

    /// What an administrator did to an account stands in the account's trail too; who it was and from where is not for its
    /// owner to know.
    fn sees(self, event: &AuditEvent) -> WireEvent {
        match self {
            Self::Owner(owner) if event.trail() != Some(owner) => WireEvent::without_actor(event),
            // Who is no administrator any more keeps what they did, and not the addresses of others.
            Self::Owner(owner) if event.other_trail().is_some_and(|account| account != owner) => {
                WireEvent::without_address(event)
            }
            _ => WireEvent::from(event),
        }
    }
}
