//! `POST /v1/customers/{customer_id}/favorites` — makes products favourites of a customer of the caller's.
//!
//! Who: the customer's owner. Limit: `customers:write`, by user, in each instance: this function is outside the private network.
//! The catalogue: one question for each product that is none yet, ten at a time, five seconds for all. DynamoDB: the session,
//! the customer and what is there already, then the record of an `Idempotency-Key`; then one write of marks and one transaction
//! of the favourites, the event and the record, done only while the customer is there. SQS: one call. 201 with the result of each product; when
//! nothing was added: 409 when all were favourites, 404 when the catalogue has none of them, 503 otherwise, with the results in
//! the problem; 401; 404 for the customer; 422; 429.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    domain::{CustomerId, Origin, ProductId},
    http::{
        ApiError, Authenticator, Code, Http, extract,
        extract::{CurrentUser, Fields, Idempotency, PathId, ProductIds, replayed},
        middleware::problem::Problem,
        routes::FAVORITES_ADD,
        schema, stack,
        wire::WireFavorite,
    },
    services::favorites::{AddFavorites, Added, FavoriteAdder, Outcome},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to add favourites.
    pub struct Add { http: Http, authenticator: Authenticator, adder: FavoriteAdder }
}

/// Five seconds for the catalogue, the rest for the table. Less than the function's timeout in `template.yaml`.
const LIMIT: Duration = Duration::from_secs(8);

/// The function's router.
pub fn router(parts: Add) -> Router {
    stack::slow_route(&FAVORITES_ADD, LIMIT, add, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(add))]
pub struct Document;

/// Which products.
#[derive(ToSchema)]
#[schema(as = NewFavorites, examples(json!({"product_ids": [7, "9999"]})))]
struct Request {
    #[schema(value_type = schema::ProductIds)]
    product_ids: ProductIds,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { product_ids: fields.required_value("product_ids", ProductIds::read)? })
    }
}

/// What became of each product, in the order asked.
#[derive(Serialize, ToSchema)]
#[schema(as = AddedFavorites)]
struct Body {
    results: Vec<WireResult>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AddedFavorite)]
struct WireResult {
    #[schema(value_type = schema::ProductId)]
    product_id: String,
    #[schema(value_type = schema::AddResult)]
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    favorite: Option<WireFavorite>,
}

/// An error; and when it is that nothing was added, what became of each product.
#[derive(ToSchema)]
#[schema(examples(json!({
    "type": "about:blank", "title": "Conflict", "status": 409, "code": "CONFLICT",
    "message": "All of these are favourites already.", "request_id": "01a1fbfe-2e75-7823-8bd3-15a553ca32cb",
    "results": [{"product_id": "7", "result": "duplicate"}],
})))]
#[expect(dead_code, reason = "describes what `ApiError::with_member` makes")]
struct NothingAdded<'a> {
    #[serde(flatten)]
    problem: Problem<'a>,
    /// Absent when it is about something else than the products.
    #[schema(required = false)]
    results: Vec<WireResult>,
}

/// Makes products a customer's favourites.
///
/// The answer says for each product what became of it, in the order asked. When not one was added, it is an error, which says the
/// same in `results`: 409 when all were favourites, 404 when the catalogue has none of them, 503 otherwise.
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
    State(parts): State<Add>,
    caller: CurrentUser,
    origin: Origin,
    PathId(customer): PathId<CustomerId>,
    Idempotency(key): Idempotency,
    extract::Json(Request { product_ids: ProductIds(product_ids) }): extract::Json<Request>,
) -> Result<Response, ApiError> {
    let request = AddFavorites { owner: caller.id, customer, product_ids, key };
    let (outcomes, is_replay) = match parts.adder.add(&request, &origin).await? {
        Added::Now(outcomes) => (outcomes, false),
        Added::Before(outcomes) => (outcomes, true),
        Added::OtherRequest => return Err(Idempotency::names_another_request().into()),
    };
    let results: Vec<_> = outcomes.iter().map(WireResult::from).collect();
    match nothing_added(&outcomes) {
        None => Ok((StatusCode::CREATED, replayed(is_replay), Json(Body { results })).into_response()),
        Some((code, message)) => Err(ApiError::new(code, message).with_member("results", &results)),
    }
}

impl From<&(ProductId, Outcome)> for WireResult {
    fn from((product_id, outcome): &(ProductId, Outcome)) -> Self {
        let favorite = outcome.favorite().map(WireFavorite::from);
        Self { product_id: product_id.to_string(), result: outcome.as_str(), favorite }
    }
}

/// The error when not one product was added.
fn nothing_added(outcomes: &[(ProductId, Outcome)]) -> Option<(Code, &'static str)> {
    let mut outcomes = outcomes.iter().map(|(_, outcome)| outcome);
    if outcomes.clone().any(|outcome| matches!(outcome, Outcome::Added(_))) {
        None
    } else if outcomes.clone().all(|outcome| matches!(outcome, Outcome::Duplicate(_))) {
        Some((Code::Conflict, "All of these are favourites already."))
    } else if outcomes.clone().all(|outcome| matches!(outcome, Outcome::NotFound)) {
        Some((Code::NotFound, "The catalogue has none of these products."))
    } else if outcomes.any(|outcome| matches!(outcome, Outcome::Unavailable)) {
        Some((Code::Unavailable, "Nothing was added; see results. Please try again."))
    } else {
        // The contract has one status for whatever is neither of the two above.
        Some((
            Code::Unavailable,
            "Nothing was added: some are favourites already, the others do not exist; see results.",
        ))
    }
}
