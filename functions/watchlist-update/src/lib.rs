//! `PATCH /v1/watchlists/items/{item_id}` — changes an item of the caller's watchlist.
//!
//! Who: a signed-in user, for the own items. Limit: `watchlists:write`, by user. DynamoDB: one conditional write. SQS: one call. 200
//! with `ETag`; 401; 404; 412 when `If-Match` names another version; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    accounts::WatchlistWriter,
    clock::Clock,
    domain::{Error, Invalid, ItemChanges, ItemId, ItemType, Origin, Title, WriteId},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields, IfMatch, PathId, etag},
        routes::WATCHLIST_UPDATE,
        stack,
        wire::ItemBody,
    },
    random::Random,
};

shared::holds! {
    /// What it takes to change a watchlist item.
    pub struct Update { http: Http, authenticator: Authenticator, clock: Clock, random: Random, watchlist: WatchlistWriter }
}

/// The function's router.
pub fn router(parts: Update) -> Router {
    stack::route(&WATCHLIST_UPDATE, update, parts)
}

struct Request(ItemChanges);

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", Title::parse);
        let item_type = fields.optional("type", ItemType::parse);
        if (&title, &item_type) == (&Some(None), &Some(None)) {
            fields.refuse("title", Invalid::new("missing", "or type is required"));
        }
        Some(Self(ItemChanges { title: title?, item_type: item_type? }))
    }
}

async fn update(
    State(parts): State<Update>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<ItemId>,
    IfMatch(if_match): IfMatch,
    extract::Json(Request(changes)): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let now = parts.clock.now();
    let write = WriteId::new(now, &parts.random);
    let updated = parts.watchlist.update(caller.id, id, &changes, &if_match, (write, now), &origin).await;
    let item = updated.map_err(|error| error.or_conflict(Error::PreconditionFailed))?.ok_or(Error::NotFound)?;
    Ok(([(header::ETAG, etag(item.version))], Json(ItemBody::from(&item))))
}
