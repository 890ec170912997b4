//! `POST /v1/watchlists/items` — adds an item to the caller's watchlist.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `watchlists:write`, by user.
//! - DynamoDB: one conditional write. With an `Idempotency-Key`, one transaction of item and
//!   idempotency record.
//! - Redis: one request that invalidates the caller's cached pages.
//! - SQS: one request with the audit event `watchlist.item_added`.
//! - Responses: 201 with `Location` and `ETag`; 401; 422; 429.

pub mod route;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use http::header;
use shared::{
    clock::Clock,
    domain::{Item, ItemId, ItemType, RequestSource, Title, Version},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, CurrentUser, Fields, Idempotency, IdempotencyReplayed},
        schema, stack, version_etag,
        views::ItemResponse,
    },
    random::Random,
    services::watchlist::WatchlistWriter,
    store::Idempotent,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Add {
        http: HttpSettings,
        authenticator: Authenticator,
        clock: Clock,
        random: Random,
        watchlist: WatchlistWriter,
    }
}

/// Creates the router of the function.
pub fn router(state: Add) -> Router {
    stack::route(&ROUTE, add, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(add))]
pub struct Document;

/// A new item.
#[derive(ToSchema)]
#[schema(as = NewItem, examples(json!({"title": "Blade Runner", "type": "movie"})))]
struct Request {
    #[schema(value_type = schema::Title)]
    title: Title,
    #[schema(rename = "type", value_type = schema::ItemType)]
    item_type: ItemType,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let title = fields.required("title", Title::parse);
        let item_type = fields.required("type", ItemType::parse);
        Some(Self { title: title?, item_type: item_type? })
    }
}

/// Adds an item to your watchlist.
#[utoipa::path(
    post, path = "/v1/watchlists/items", tag = "Watchlist", security(("bearer" = [])),
    params(Idempotency),
    request_body = Request,
    responses((status = 201, body = ItemResponse, headers(("ETag"), ("Idempotency-Replayed"), ("Location")))),
)]
async fn add(
    State(state): State<Add>,
    caller: CurrentUser,
    source: RequestSource,
    Idempotency(key): Idempotency,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let item = new_item(&state, request);
    let (item, is_replay) = match key {
        None => {
            state.watchlist.add(caller.id, &item, &source).await?;
            (item, false)
        }
        Some(key) => match state.watchlist.add_idempotent(caller.id, &item, &key, &source).await? {
            Idempotent::Created => (item, false),
            Idempotent::Replayed(earlier) => (earlier, true),
            Idempotent::KeyReused => return Err(Idempotency::key_reused().into()),
        },
    };
    let etag = [(header::ETAG, version_etag(item.version))];
    let location = [(header::LOCATION, format!("{}/{}", ROUTE.path, item.id))];
    Ok((StatusCode::CREATED, IdempotencyReplayed(is_replay), etag, location, Json(ItemResponse::from(&item))))
}

fn new_item(state: &Add, request: Request) -> Item {
    let now = state.clock.now();
    Item {
        id: ItemId::new(now, &state.random),
        title: request.title,
        item_type: request.item_type,
        created_at: now,
        updated_at: now,
        version: Version::FIRST,
    }
}
