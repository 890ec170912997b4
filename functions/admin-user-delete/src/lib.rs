//! `DELETE /v1/admin/users/{user_id}` — deletes an account and all of its data.
//!
//! - Caller: an administrator.
//! - Rate limit: `admin`, by user.
//! - DynamoDB: one read of the caller's role and one of the account, then deletes of all items, in
//!   transactions with their audit events.
//! - SQS: one request with the audit event `admin.user_deleted`.
//! - Responses: 204; 401; 403; 404; 409 for the last enabled administrator; 412 when `If-Match`
//!   names another state; 429; 503 when the data is too much for one request, which can be repeated
//!   to continue.

pub mod route;

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    domain::{Error, RequestSource, UserId},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{Admin, IfMatch, PathId},
        stack,
        views::AccountView,
    },
    services::accounts::{AccountDeletion, DeletionRequester},
    store::Users,
};

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct DeleteUser {
        http: HttpSettings,
        authenticator: Authenticator,
        audit: Audit,
        users: Users,
        deletion: AccountDeletion,
    }
}

/// The deadline of the request. It is longer than that of other routes, because an account can have
/// much data.
const DEADLINE: Duration = Duration::from_secs(25);

/// Creates the router of the function.
pub fn router(state: DeleteUser) -> Router {
    stack::route_with_deadline(&ROUTE, DEADLINE, delete_user, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete_user))]
pub struct Document;

/// Deletes an account and all of its data.
///
/// A 503 can mean that the data is too much for one request: repeat the request to continue.
#[utoipa::path(
    delete, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(IfMatch),
    responses((status = 204), (status = 409, description = "This is the last enabled administrator.")),
)]
async fn delete_user(
    State(state): State<DeleteUser>,
    admin: Admin,
    source: RequestSource,
    PathId(id): PathId<UserId>,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    let requester = DeletionRequester { id: admin.id, current_session: None, source };
    let Some(user) = state.users.get(id).await? else {
        // A deletion that was interrupted after the profile was deleted may have left data.
        state.deletion.remove_leftovers(id, &requester).await?;
        return Err(Error::NotFound.into());
    };
    if if_match.is_present() {
        let account = state.users.account(id).await?.ok_or(Error::NotFound)?;
        if !if_match.matches(&content_etag(&AccountView::from(&account))) {
            return Err(Error::PreconditionFailed.into());
        }
    }
    state.deletion.run(&user, &requester).await?;
    Ok(StatusCode::NO_CONTENT)
}
