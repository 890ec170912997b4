//! `POST /v1/customers` — makes a customer of the caller's.
//!
//! Who: a signed-in user. Limit: `customers:write`, by user. DynamoDB: one transaction of the customer, its address, the event,
//! a check of the account and, with an `Idempotency-Key`, the request's record. SQS: one call. 201 with `Location` and `ETag`; 401; 409 when the
//! address is a customer's, of whichever account; 422; 429.

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use http::header;
use shared::{
    clock::Clock,
    domain::{Customer, CustomerId, CustomerName, Email, Error, Origin, Version},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields, Idempotency, etag, replayed},
        routes::CUSTOMERS_CREATE,
        schema, stack,
        wire::WireCustomer,
    },
    random::Random,
    services::customers::CustomerWriter,
    store::Created,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to make a customer.
    pub struct Create { http: Http, authenticator: Authenticator, clock: Clock, random: Random, customers: CustomerWriter }
}

/// The function's router.
pub fn router(parts: Create) -> Router {
    stack::route(&CUSTOMERS_CREATE, create, parts)
}

/// What the API's document says of it.
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

/// Makes a customer.
///
/// An e-mail address is one customer's in the whole system, whoever's it is.
#[utoipa::path(
    post, path = "/v1/customers", tag = "Customers", security(("bearer" = [])),
    params(Idempotency),
    request_body = Request,
    responses(
        (status = 201, body = WireCustomer, headers(("ETag"), ("Idempotency-Replayed"), ("Location"))),
        (status = 409, description = "This e-mail address is a customer's already."),
    ),
)]
async fn create(
    State(parts): State<Create>,
    caller: CurrentUser,
    origin: Origin,
    Idempotency(key): Idempotency,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let now = parts.clock.now();
    let mut customer = Customer {
        id: CustomerId::new(now, &parts.random),
        owner: caller.id,
        name: request.name,
        email: request.email,
        created_at: now,
        updated_at: now,
        version: Version::FIRST,
    };
    let mut is_replay = false;
    match parts.customers.create(&customer, key.as_ref(), &origin).await? {
        Created::Done => {}
        Created::Before(earlier) => (customer, is_replay) = (earlier, true),
        Created::OtherRequest => return Err(Idempotency::names_another_request().into()),
        Created::NoAccount => return Err(Error::Unauthenticated("account gone").into()),
        Created::EmailTaken => return Err(Error::CustomerEmailTaken.into()),
    }
    let etag = [(header::ETAG, etag(customer.version))];
    let location = [(header::LOCATION, format!("{}/{}", CUSTOMERS_CREATE.path, customer.id))];
    Ok((StatusCode::CREATED, replayed(is_replay), etag, location, Json(WireCustomer::from(&customer))))
}
