//! `PATCH /v1/watchlists/items/{item_id}` — changes an item of the caller's watchlist.
//!
//! Who: a signed-in user, for the own items. Limit: `watchlists:write`, by user. DynamoDB: one conditional write. SQS: one call. 200
//! with `ETag`; 401; 404; 412 when `If-Match` names another version; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    clock::Clock,
    domain::{Error, Invalid, ItemChanges, ItemId, ItemType, RequestSource, Title, Write},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields, IfMatch, PathId},
        routes::WATCHLIST_UPDATE,
        schema, stack, version_etag,
        views::ItemResponse,
    },
    random::Random,
    services::watchlist::WatchlistWriter,
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to change a watchlist item.
    pub struct Update { http: HttpSettings, authenticator: Authenticator, clock: Clock, random: Random, watchlist: WatchlistWriter }
}

/// The function's router.
pub fn router(state: Update) -> Router {
    stack::route(&WATCHLIST_UPDATE, update, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(update))]
pub struct Document;

/// What to change; what is left out stays as it is.
#[derive(ToSchema)]
#[schema(as = ItemChanges, min_properties = 1, examples(json!({"title": "Blade Runner 2049"})))]
struct Request {
    #[schema(value_type = schema::Title, required = false)]
    title: Option<Title>,
    #[schema(rename = "type", value_type = schema::ItemType, required = false)]
    item_type: Option<ItemType>,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.optional("title", Title::parse);
        let item_type = fields.optional("type", ItemType::parse);
        if (&title, &item_type) == (&Some(None), &Some(None)) {
            fields.reject("title", Invalid::new("missing", "or type is required"));
        }
        Some(Self { title: title?, item_type: item_type? })
    }
}

/// Changes an item of your watchlist.
///
/// What is left out stays as it is; one of the two must be there.
#[utoipa::path(
    patch, path = "/v1/watchlists/items/{item_id}", tag = "Watchlist", security(("bearer" = [])),
    params(IfMatch),
    request_body = Request,
    responses((status = 200, body = ItemResponse, headers(("ETag")))),
)]
async fn update(
    State(state): State<Update>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<ItemId>,
    if_match: IfMatch,
    extract::Json(Request { title, item_type }): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = ItemChanges { title, item_type };
    let write = Write::new(state.clock.now(), &state.random);
    let updated =
        state.watchlist.update(caller.id, id, &changes, &if_match.expected_version(), write, &source).await;
    let item = updated.map_err(|error| error.or_conflict(Error::PreconditionFailed))?.ok_or(Error::NotFound)?;
    Ok(([(header::ETAG, version_etag(item.version))], Json(ItemResponse::from(&item))))
}
