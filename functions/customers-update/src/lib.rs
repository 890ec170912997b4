//! `PUT /v1/customers/{customer_id}` — gives a customer of the caller's another name and address; `PATCH` one of them.
//!
//! Who: its owner. Limit: `customers:write`, by user. DynamoDB: one read, then one transaction of the customer, the addresses
//! and the event; nothing when nothing changes. SQS: one call. 200 with `ETag`; 401; 404; 409 when the address is another
//! customer's; 412 when `If-Match` names another version; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    customers::CustomerWriter,
    domain::{Customer, CustomerChanges, CustomerId, CustomerName, Email, Invalid, Origin},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields, IfMatch, PathId, etag},
        routes::{CUSTOMERS_REPLACE, CUSTOMERS_UPDATE},
        stack,
        wire::WireCustomer,
    },
};

shared::holds! {
    /// What it takes to change a customer.
    pub struct Update { http: Http, authenticator: Authenticator, customers: CustomerWriter }
}

/// The function's router.
pub fn router(parts: Update) -> Router {
    stack::two_routes((&CUSTOMERS_REPLACE, replace), (&CUSTOMERS_UPDATE, update), parts)
}

/// What `PUT` takes: all of it.
struct Replacement(CustomerChanges);

impl extract::FromFields for Replacement {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", CustomerName::parse);
        let email = fields.required("email", Email::parse);
        Some(Self(CustomerChanges { name: Some(name?), email: Some(email?) }))
    }
}

/// What `PATCH` takes: some of it.
struct Changes(CustomerChanges);

impl extract::FromFields for Changes {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", CustomerName::parse);
        let email = fields.optional("email", Email::parse);
        if (&name, &email) == (&Some(None), &Some(None)) {
            fields.refuse("name", Invalid::new("missing", "or email is required"));
        }
        Some(Self(CustomerChanges { name: name?, email: email? }))
    }
}

async fn replace(
    State(parts): State<Update>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    IfMatch(if_match): IfMatch,
    extract::Json(Replacement(changes)): extract::Json<Replacement>,
) -> Result<impl IntoResponse, ApiError> {
    let customer = parts.customers.update(caller.id, id, &changes, &if_match, &origin).await?;
    Ok(answer(&customer))
}

async fn update(
    State(parts): State<Update>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    IfMatch(if_match): IfMatch,
    extract::Json(Changes(changes)): extract::Json<Changes>,
) -> Result<impl IntoResponse, ApiError> {
    let customer = parts.customers.update(caller.id, id, &changes, &if_match, &origin).await?;
    Ok(answer(&customer))
}

fn answer(customer: &Customer) -> impl IntoResponse + use<> {
    ([(header::ETAG, etag(customer.version))], Json(WireCustomer::from(customer)))
}
