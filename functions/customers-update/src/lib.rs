//! `PUT /v1/customers/{customer_id}` — gives a customer of the caller's another name and address; `PATCH` one of them.
//!
//! Who: its owner. Limit: `customers:write`, by user. DynamoDB: one read, then one transaction of the customer, the addresses
//! and the event; nothing when nothing changes. SQS: one call. 200 with `ETag`; 401; 404; 409 when the address is another
//! customer's; 412 when `If-Match` names another version; 422; 429.

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    domain::{Customer, CustomerChanges, CustomerId, CustomerName, Email, Invalid, Origin},
    http::{
        ApiError, Authenticator, Http, extract,
        extract::{CurrentUser, Fields, IfMatch, PathId, etag},
        routes::{CUSTOMERS_REPLACE, CUSTOMERS_UPDATE},
        schema, stack,
        wire::WireCustomer,
    },
    services::customers::CustomerWriter,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to change a customer.
    pub struct Update { http: Http, authenticator: Authenticator, customers: CustomerWriter }
}

/// The function's router.
pub fn router(parts: Update) -> Router {
    stack::two_routes((&CUSTOMERS_REPLACE, replace), (&CUSTOMERS_UPDATE, update), parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(replace, update))]
pub struct Document;

/// All of a customer that can be changed.
#[derive(ToSchema)]
#[schema(as = CustomerReplacement, examples(json!({"name": "Grace Hopper", "email": "grace@example.com"})))]
struct Replacement {
    #[schema(value_type = schema::CustomerName)]
    name: CustomerName,
    #[schema(value_type = schema::Email)]
    email: Email,
}

impl extract::FromFields for Replacement {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", CustomerName::parse);
        let email = fields.required("email", Email::parse);
        Some(Self { name: name?, email: email? })
    }
}

/// What to change of a customer; what is left out stays as it is.
#[derive(ToSchema)]
#[schema(as = CustomerChanges, min_properties = 1, examples(json!({"name": "Rear Admiral Grace Hopper"})))]
struct Changes {
    #[schema(value_type = schema::CustomerName, required = false)]
    name: Option<CustomerName>,
    #[schema(value_type = schema::Email, required = false)]
    email: Option<Email>,
}

impl extract::FromFields for Changes {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.optional("name", CustomerName::parse);
        let email = fields.optional("email", Email::parse);
        if (&name, &email) == (&Some(None), &Some(None)) {
            fields.refuse("name", Invalid::new("missing", "or email is required"));
        }
        Some(Self { name: name?, email: email? })
    }
}

/// Gives a customer another name and address.
#[utoipa::path(
    put, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    request_body = Replacement,
    responses(
        (status = 200, body = WireCustomer, headers(("ETag"))),
        (status = 409, description = "This e-mail address is a customer's already."),
    ),
)]
async fn replace(
    State(parts): State<Update>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    IfMatch(if_match): IfMatch,
    extract::Json(Replacement { name, email }): extract::Json<Replacement>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = CustomerChanges { name: Some(name), email: Some(email) };
    let customer = parts.customers.update(caller.id, id, &changes, &if_match, &origin).await?;
    Ok(answer(&customer))
}

/// Changes a customer.
///
/// What is left out stays as it is; one of the two must be there.
#[utoipa::path(
    patch, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    request_body = Changes,
    responses(
        (status = 200, body = WireCustomer, headers(("ETag"))),
        (status = 409, description = "This e-mail address is a customer's already."),
    ),
)]
async fn update(
    State(parts): State<Update>,
    caller: CurrentUser,
    origin: Origin,
    PathId(id): PathId<CustomerId>,
    IfMatch(if_match): IfMatch,
    extract::Json(Changes { name, email }): extract::Json<Changes>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = CustomerChanges { name, email };
    let customer = parts.customers.update(caller.id, id, &changes, &if_match, &origin).await?;
    Ok(answer(&customer))
}

fn answer(customer: &Customer) -> impl IntoResponse + use<> {
    ([(header::ETAG, etag(customer.version))], Json(WireCustomer::from(customer)))
}
