//! `PATCH /v1/watchlists/items/{item_id}` — changes an item in the caller's watchlist.
//!
//! - Caller: a signed-in user, the owner of the item.
//! - Rate limit: `watchlists:write`, per user.
//! - DynamoDB: one conditional write.
//! - Redis: one request for the rate limit and the session, and one that invalidates the caller's
//!   cached pages.
//! - SQS: one request with the audit event `watchlist.item_updated`.
//! - Responses: 200 with `ETag`; 401; 404; 412 when `If-Match` names another version; 422; 429.
//!   Every route with a body also returns 400, 413 or 415, and every route 503.
//!
//! Every route file follows this order: summary, dependencies, router, request, response, handler.
//! The response of this route is [`ItemResponse`], which other routes share. The extractors in the
//! handler's signature check the request before the handler runs.

pub mod route;

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    clock::Clock,
    domain::{Error, Invalid, ItemChanges, ItemId, ItemType, RequestSource, Title, Write},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, CurrentUser, Fields, IfMatch, PathId},
        schema, stack, version_etag,
        views::ItemResponse,
    },
    random::Random,
    services::watchlist::WatchlistWriter,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route, built once during init.
    pub struct Update {
        http: HttpSettings,
        authenticator: Authenticator,
        clock: Clock,
        random: Random,
        watchlist: WatchlistWriter,
    }
}

/// Creates the router of the function.
pub fn router(state: Update) -> Router {
    stack::route(&ROUTE, update, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(update))]
pub struct Document;

/// The new values of an item. An absent field stays unchanged; at least one is required.
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
        // `optional` returns `Some(None)` for an absent field and `None` for an invalid one.
        if (&title, &item_type) == (&Some(None), &Some(None)) {
            fields.reject("title", Invalid::new("missing", "or type is required"));
        }
        Some(Self { title: title?, item_type: item_type? })
    }
}

/// Changes an item of your watchlist.
///
/// An absent field stays unchanged. At least one field is required.
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
    let expected = if_match.expected_version();
    let updated = state.watchlist.update(caller.id, id, &changes, &expected, write, &source).await;
    let updated = updated.map_err(|error| error.conflict_as(Error::PreconditionFailed))?;
    let item = updated.ok_or(Error::NotFound)?;
    Ok(([(header::ETAG, version_etag(item.version))], Json(ItemResponse::from(&item))))
}
