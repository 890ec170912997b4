//! `POST /v1/customers` — creates a customer of the caller.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `customers:write`, by user.
//! - DynamoDB: one transaction of the customer, its e-mail address, the audit event, a check of the
//!   account and, with an `Idempotency-Key`, the idempotency record.
//! - SQS: one request.
//! - Responses: 201 with `Location` and `ETag`; 401; 409 when a customer of any account has the
//!   e-mail address; 422; 429.

pub mod route;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use http::header;
use shared::{
    clock::Clock,
    domain::{Customer, CustomerId, CustomerName, Email, Error, RequestSource, Version},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields, Idempotency, IdempotencyReplayed},
        schema, stack, version_etag,
        views::CustomerView,
    },
    random::Random,
    services::customers::CustomerWriter,
    store::CustomerCreation,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Create { http: HttpSettings, authenticator: Authenticator, clock: Clock, random: Random, customers: CustomerWriter }
}

/// The function's router.
pub fn router(state: Create) -> Router {
    stack::route(&ROUTE, create, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(create))]
pub struct Document;

/// A new customer.
#[derive(ToSchema)]
#[schema(as = NewCustomer, examples(json!({"name": "Grace Hopper", "email": "grace.hopper@example.com"})))]
struct Request {
    #[schema(value_type = schema::CustomerName)]
    name: CustomerName,
    #[schema(value_type = schema::Email)]
    email: Email,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", CustomerName::parse);
        let email = fields.required("email", Email::parse);
        Some(Self { name: name?, email: email? })
    }
}

/// Creates a customer.
///
/// An e-mail address can be used by one customer only, across all accounts.
#[utoipa::path(
    post, path = "/v1/customers", tag = "Customers", security(("bearer" = [])),
    params(Idempotency),
    request_body = Request,
    responses(
        (status = 201, body = CustomerView, headers(("ETag"), ("Idempotency-Replayed"), ("Location"))),
        (status = 409, description = "A customer with this e-mail address already exists."),
    ),
)]
async fn create(
    State(state): State<Create>,
    caller: CurrentUser,
    source: RequestSource,
    Idempotency(key): Idempotency,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let now = state.clock.now();
    let mut customer = Customer {
        id: CustomerId::new(now, &state.random),
        owner: caller.id,
        name: request.name,
        email: request.email,
        created_at: now,
        updated_at: now,
        version: Version::FIRST,
    };
    let mut is_replay = false;
    match state.customers.create(&customer, key.as_ref(), &source).await? {
        CustomerCreation::Created => {}
        CustomerCreation::Replayed(earlier) => (customer, is_replay) = (earlier, true),
        CustomerCreation::KeyReused => return Err(Idempotency::key_reused().into()),
        CustomerCreation::NoAccount => return Err(Error::Unauthenticated("account gone").into()),
        CustomerCreation::EmailTaken => return Err(Error::CustomerEmailTaken.into()),
    }
    let etag = [(header::ETAG, version_etag(customer.version))];
    let location = [(header::LOCATION, format!("{}/{}", ROUTE.path, customer.id))];
    Ok((StatusCode::CREATED, IdempotencyReplayed(is_replay), etag, location, Json(CustomerView::from(&customer))))
}
