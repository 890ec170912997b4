//! `GET /v1/customers` — a page of customers, newest first, or the customer with an e-mail address.
//!
//! - Caller: a signed-in user, for own customers; an administrator, for the customers of all
//!   accounts.
//! - Rate limit: `customers:read`, by user.
//! - DynamoDB: one strongly consistent query. For an administrator: one read of the role, one query
//!   of a keys-only index and two batches of reads.
//! - SQS: one request for an administrator, because such reads are audited.
//! - Responses: 200 with `Link` to the next page; 400 for an invalid cursor; 401; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::CursorKey,
    domain::{AuditAction, CustomerId, Error, RequestSource, TargetType},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{Paging, PagingOrEmail, Query, UserOrAdmin},
        page_response, schema, stack,
        views::CustomerView,
    },
    services::customers::Caller,
    store::{CustomerPage, Customers},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct List { http: HttpSettings, authenticator: Authenticator, audit: Audit, customers: Customers, cursors: CursorKey }
}

/// The function's router.
pub fn router(state: List) -> Router {
    stack::route(&ROUTE, list, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub struct Document;

/// A page of customers.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerPage)]
struct Body {
    customers: Vec<CustomerView>,
    #[schema(value_type = schema::NextCursor)]
    next_cursor: Option<String>,
}

/// Your customers, newest first.
///
/// An administrator gets the customers of all accounts, at most 28 a page. With `email`, the list
/// contains the customer with that address or is empty.
#[utoipa::path(
    get, path = "/v1/customers", tag = "Customers", security(("bearer" = [])),
    params(PagingOrEmail, Paging),
    responses((status = 200, body = Body, headers(("Link")))),
)]
async fn list(
    State(state): State<List>,
    UserOrAdmin(caller): UserOrAdmin,
    source: RequestSource,
    Query(query): Query<PagingOrEmail>,
) -> Result<Response, ApiError> {
    if caller.is_admin {
        state.audit.record_now(AuditAction::viewed(caller.id, TargetType::Customers, None), &source).await?;
    }
    let scope = format!("customers {} {}", caller.id, if caller.is_admin { "all" } else { "own" });
    let page = page(&state, caller, &query, &scope).await?;
    let next_cursor = page.next.map(|id| state.cursors.seal(&scope, id.as_bytes())).transpose()?;
    let customers = page.customers.iter().map(CustomerView::from).collect();
    let body = Body { customers, next_cursor };
    Ok(page_response(ROUTE.path, &query.paging.link_parameters(), body.next_cursor.as_deref(), &body))
}

async fn page(state: &List, caller: Caller, query: &PagingOrEmail, scope: &str) -> Result<CustomerPage, Error> {
    let Caller { id, is_admin } = caller;
    if let Some(email) = &query.email {
        // This list has one page only, so no cursor is valid for it. A cursor of another list is
        // rejected here.
        query.paging.position(&state.cursors, &format!("{scope} {}", email.as_str()))?;
        let customer = state.customers.by_email(email).await?.filter(|customer| is_admin || customer.owner == id);
        return Ok(CustomerPage { customers: customer.into_iter().collect(), next: None });
    }
    let id_at = |position: Vec<u8>| CustomerId::from_bytes(&position).ok_or(Error::BadCursor);
    let after = query.paging.position(&state.cursors, scope)?.map(id_at).transpose()?;
    if is_admin {
        return Ok(state.customers.list_all(query.paging.limit, after).await?);
    }
    Ok(state.customers.list(id, query.paging.limit, after).await?)
}
