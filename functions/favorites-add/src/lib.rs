//! `POST /v1/customers/{customer_id}/favorites` — adds products to a customer's favourites.
//!
//! - Caller: the customer's owner.
//! - Rate limit: `customers:write`, by user, counted per instance because the function runs outside
//!   the private network.
//! - Catalogue: one request per product that is not a favourite yet, ten at a time, five seconds in
//!   total.
//! - DynamoDB: one read of the session; one read of the customer and one batch of the existing
//!   favourites, concurrently; one read of the idempotency record, with an `Idempotency-Key`; one
//!   batch of writes that tracks the products; one transaction of the favourites, the audit event
//!   and the idempotency record, conditional on the customer.
//! - SQS: one request.
//! - Responses: 201 with the result for each product; 401; 404 for the customer; 422; 429. When
//!   nothing was added, an error with the results: 409 when all products are favourites, 404 when
//!   the catalogue has none of them, otherwise 503.

pub mod route;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::{CustomerId, OwnedCustomer, RequestSource},
    http::{
        ApiError, Authenticator, ErrorCode, HttpSettings, extract,
        extract::{CurrentUser, Fields, Idempotency, IdempotencyReplayed, PathId, ProductIds},
        middleware::problem::Problem,
        schema, stack,
        views::FavoriteView,
    },
    services::favorites::{AddFavorites, AddResult, FavoriteAdder, ProductOutcome, ProductResult},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Add { http: HttpSettings, authenticator: Authenticator, adder: FavoriteAdder }
}

/// Five seconds for the catalogue and three for the table. Shorter than the function's timeout in
/// `template.yaml`.
const LIMIT: Duration = Duration::from_secs(8);

/// The function's router.
pub fn router(state: Add) -> Router {
    stack::route_with_deadline(&ROUTE, LIMIT, add, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(add))]
pub struct Document;

/// The products to add.
#[derive(ToSchema)]
#[schema(as = NewFavorites, examples(json!({"product_ids": [7, "9999"]})))]
struct Request {
    product_ids: ProductIds,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { product_ids: fields.required_value("product_ids", ProductIds::parse)? })
    }
}

/// The result for each product, in the order of the request.
#[derive(Serialize, ToSchema)]
#[schema(as = AddedFavorites)]
struct Body {
    results: Vec<ResultView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddedFavorite)]
struct ResultView {
    #[schema(value_type = schema::ProductId)]
    product_id: String,
    #[schema(value_type = schema::AddResult)]
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    favorite: Option<FavoriteView>,
}

/// An error. When no product was added, it includes the result for each product.
#[derive(ToSchema)]
#[schema(examples(json!({
    "type": "about:blank", "title": "Conflict", "status": 409, "code": "CONFLICT",
    "message": "All of these are favourites already.", "request_id": "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
    "results": [{"product_id": "7", "result": "duplicate"}],
})))]
#[expect(dead_code, reason = "describes what `ApiError::with_extension` makes")]
struct NothingAdded<'a> {
    #[serde(flatten)]
    problem: Problem<'a>,
    /// Absent when the error is not about the products.
    #[schema(required = false)]
    results: Vec<ResultView>,
}

/// Adds products to a customer's favourites.
///
/// The response has a result for each product, in the order of the request. When no product was
/// added, the response is an error with the same results in `results`: 409 when all products are
/// favourites already, 404 when the catalogue has none of them, otherwise 503.
#[utoipa::path(
    post, path = "/v1/customers/{customer_id}/favorites", tag = "Favourites", security(("bearer" = [])),
    params(Idempotency),
    request_body = Request,
    responses(
        (status = 201, body = Body, headers(("Idempotency-Replayed"))),
        (status = 404, body = NothingAdded, content_type = "application/problem+json"),
        (status = 409, body = NothingAdded, content_type = "application/problem+json"),
        (status = 503, body = NothingAdded, content_type = "application/problem+json"),
    ),
)]
async fn add(
    State(state): State<Add>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    Idempotency(key): Idempotency,
    extract::Json(Request { product_ids: ProductIds(product_ids) }): extract::Json<Request>,
) -> Result<Response, ApiError> {
    let customer = OwnedCustomer { owner: caller.id, id };
    let request = AddFavorites { customer, product_ids, key };
    let (results, is_replay) = match state.adder.add(&request, &source).await? {
        AddResult::Done(results) => (results, false),
        AddResult::Replayed(results) => (results, true),
        AddResult::KeyReused => return Err(Idempotency::key_reused().into()),
    };
    let views: Vec<_> = results.iter().map(ResultView::from).collect();
    match nothing_added(&results) {
        None => {
            Ok((StatusCode::CREATED, IdempotencyReplayed(is_replay), Json(Body { results: views })).into_response())
        }
        Some((code, message)) => Err(ApiError::new(code, message).with_extension("results", &views)),
    }
}

impl From<&ProductResult> for ResultView {
    fn from(ProductResult { product_id, outcome }: &ProductResult) -> Self {
        let favorite = outcome.favorite().map(FavoriteView::from);
        Self { product_id: product_id.to_string(), result: outcome.as_str(), favorite }
    }
}

/// The error when no product was added.
fn nothing_added(results: &[ProductResult]) -> Option<(ErrorCode, &'static str)> {
    let mut outcomes = results.iter().map(|result| &result.outcome);
    if outcomes.clone().any(|outcome| matches!(outcome, ProductOutcome::Added(_))) {
        None
    } else if outcomes.clone().all(|outcome| matches!(outcome, ProductOutcome::Duplicate(_))) {
        Some((ErrorCode::Conflict, "All of these are favourites already."))
    } else if outcomes.clone().all(|outcome| matches!(outcome, ProductOutcome::NotFound)) {
        Some((ErrorCode::NotFound, "The catalogue has none of these products."))
    } else if outcomes.any(|outcome| matches!(outcome, ProductOutcome::Unavailable)) {
        Some((ErrorCode::Unavailable, "Nothing was added; see results. Please try again."))
    } else {
        // The API contract uses 503 for every other combination.
        Some((
            ErrorCode::Unavailable,
            "Nothing was added: some are favourites already, the others do not exist; see results.",
        ))
    }
}
