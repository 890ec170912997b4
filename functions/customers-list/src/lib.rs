//! `GET /v1/customers` — the caller's customers, newest first, or the one with an address.
//!
//! Who: a signed-in user, for the own customers; an administrator, for everybody's. Limit: `customers:read`, by user. DynamoDB:
//! one strongly consistent query; for an administrator the role, one query of a keys-only index and two batches of reads. SQS:
//! one call when an administrator looks. 200 with `Link` to the next page; 400 for a bad cursor; 401; 422; 429.

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::CursorKey,
    domain::{Act, CustomerId, Error, Origin, TargetType},
    http::{
        ApiError, Authenticator, Http,
        extract::{Paging, PagingOrEmail, Query, Viewer},
        page_answer,
        routes::CUSTOMERS_LIST,
        schema, stack,
        wire::WireCustomer,
    },
    services::customers::Reader,
    store::{CustomerPage, Customers},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to list customers.
    pub struct List { http: Http, authenticator: Authenticator, audit: Audit, customers: Customers, cursors: CursorKey }
}

/// The function's router.
pub fn router(parts: List) -> Router {
    stack::route(&CUSTOMERS_LIST, list, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of customers.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerPage)]
struct Body {
    customers: Vec<WireCustomer>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// Your customers, newest first.
///
/// An administrator sees everybody's. With `email` the list has the one customer with that address, or none.
#[utoipa::path(
    get, path = "/v1/customers", tag = "Customers", security(("bearer" = [])),
    params(PagingOrEmail, Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn list(
    State(parts): State<List>,
    Viewer(viewer): Viewer,
    origin: Origin,
    Query(query): Query<PagingOrEmail>,
) -> Result<Response, ApiError> {
    if viewer.is_admin {
        parts.audit.note(Act::viewed(viewer.id, TargetType::Customers, None), &origin).await?;
    }
    let scope = format!("customers {} {}", viewer.id, if viewer.is_admin { "all" } else { "own" });
    let page = page(&parts, viewer, &query, &scope).await?;
    let next_cursor = page.next.map(|id| parts.cursors.seal(&scope, id.as_bytes())).transpose()?;
    let customers = page.customers.iter().map(WireCustomer::from).collect();
    let body = Body { customers, next_cursor };
    Ok(page_answer(CUSTOMERS_LIST.path, &query.paging.kept(), body.next_cursor.as_deref(), &body))
}

async fn page(parts: &List, viewer: Reader, query: &PagingOrEmail, scope: &str) -> Result<CustomerPage, Error> {
    let Reader { id, is_admin } = viewer;
    if let Some(email) = &query.email {
        // One customer has no next page: whatever cursor comes along was given out for another query.
        query.paging.position(&parts.cursors, &format!("{scope} {}", email.as_str()))?;
        let customer = parts.customers.by_email(email).await?.filter(|customer| is_admin || customer.owner == id);
        return Ok(CustomerPage { customers: customer.into_iter().collect(), next: None });
    }
    let id_at = |position: Vec<u8>| CustomerId::from_bytes(&position).ok_or(Error::BadCursor);
    let after = query.paging.position(&parts.cursors, scope)?.map(id_at).transpose()?;
    if is_admin {
        return Ok(parts.customers.list_all(query.paging.limit, after).await?);
    }
    Ok(parts.customers.list(id, query.paging.limit, after).await?)
}
