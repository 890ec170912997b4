//! `PUT /v1/customers/{customer_id}` — replaces a customer's name and e-mail address; `PATCH`
//! changes one or both.
//!
//! - Caller: the customer's owner.
//! - Rate limit: `customers:write`, by user.
//! - DynamoDB: one read, then one transaction of the customer, the e-mail addresses and the audit
//!   event. No transaction when nothing changes.
//! - SQS: one request.
//! - Responses: 200 with `ETag`; 401; 404; 409 when another customer has the e-mail address; 412
//!   when `If-Match` names another version; 422; 429.

pub mod route;

use axum::{Json, Router, extract::State, response::IntoResponse};
use http::header;
use shared::{
    domain::{Customer, CustomerChanges, CustomerId, CustomerName, Email, Invalid, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields, IfMatch, PathId},
        schema, stack, version_etag,
        views::CustomerView,
    },
    services::customers::CustomerWriter,
};
use utoipa::ToSchema;

use crate::route::{REPLACE, UPDATE};

shared::dependencies! {
    /// The dependencies of the routes.
    pub struct Update { http: HttpSettings, authenticator: Authenticator, customers: CustomerWriter }
}

/// The function's router.
pub fn router(state: Update) -> Router {
    stack::route_methods(&REPLACE, replace, &UPDATE, update, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(replace, update))]
pub struct Document;

/// The new name and e-mail address of a customer.
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

/// The changes of a customer. An absent member stays unchanged.
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
            fields.reject("name", Invalid::new("missing", "or email is required"));
        }
        Some(Self { name: name?, email: email? })
    }
}

/// Replaces a customer's name and e-mail address.
#[utoipa::path(
    put, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    request_body = Replacement,
    responses(
        (status = 200, body = CustomerView, headers(("ETag"))),
        (status = 409, description = "A customer with this e-mail address already exists."),
    ),
)]
async fn replace(
    State(state): State<Update>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    if_match: IfMatch,
    extract::Json(Replacement { name, email }): extract::Json<Replacement>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = CustomerChanges { name: Some(name), email: Some(email) };
    let customer = state.customers.update(caller.id, id, &changes, &if_match.expected_version(), &source).await?;
    Ok(response(&customer))
}

/// Changes a customer.
///
/// An absent member stays unchanged. At least one is required.
#[utoipa::path(
    patch, path = "/v1/customers/{customer_id}", tag = "Customers", security(("bearer" = [])),
    params(IfMatch),
    request_body = Changes,
    responses(
        (status = 200, body = CustomerView, headers(("ETag"))),
        (status = 409, description = "A customer with this e-mail address already exists."),
    ),
)]
async fn update(
    State(state): State<Update>,
    caller: CurrentUser,
    source: RequestSource,
    PathId(id): PathId<CustomerId>,
    if_match: IfMatch,
    extract::Json(Changes { name, email }): extract::Json<Changes>,
) -> Result<impl IntoResponse, ApiError> {
    let changes = CustomerChanges { name, email };
    let customer = state.customers.update(caller.id, id, &changes, &if_match.expected_version(), &source).await?;
    Ok(response(&customer))
}

fn response(customer: &Customer) -> impl IntoResponse + use<> {
    ([(header::ETAG, version_etag(customer.version))], Json(CustomerView::from(customer)))
}
