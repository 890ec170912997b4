//! `DELETE /v1/admin/users/{user_id}` — deletes an account and all that belongs to it.
//!
//! Who: an administrator. Limit: `admin`, by user. DynamoDB: the role, one read, then a delete for each thing,
//! items in transactions with the event that tells of them. SQS: one call. 204; 401; 403; 404; 409 for the last enabled
//! administrator; 412 when `If-Match` names another state; 429; 503 when there is more than fits into the time: calling
//! again goes on.

use std::time::Duration;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    domain::{Error, RequestSource, UserId},
    http::{
        ApiError, Authenticator, HttpSettings, content_etag,
        extract::{self, Admin, IfMatch, PathId},
        routes::ADMIN_USER_DELETE,
        stack,
        views::AccountView,
    },
    services::accounts::{AccountDeletion, DeletionRequester},
    store::Users,
};

shared::dependencies! {
    /// What it takes to delete an account.
    pub struct DeleteUser { http: HttpSettings, authenticator: Authenticator, audit: Audit, users: Users, deletion: AccountDeletion }
}

const LIMIT: Duration = Duration::from_secs(25);

/// The function's router.
pub fn router(state: DeleteUser) -> Router {
    stack::route_with_deadline(&ADMIN_USER_DELETE, LIMIT, delete_user, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete_user))]
pub struct Document;

/// Deletes an account and all that belongs to it.
///
/// A 503 may mean that there is more than fits into the time: send it again, and it goes on.
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
    let by = DeletionRequester { id: admin.id, current_session: None, source };
    let Some(user) = state.users.get(id).await? else {
        // A deletion that was interrupted at its very end may have left something.
        state.deletion.remove_leftovers(id, &by).await?;
        return Err(Error::NotFound.into());
    };
    if if_match.is_present() {
        let account = state.users.account(id).await?.ok_or(Error::NotFound)?;
        if !if_match.matches(&content_etag(&AccountView::from(&account))) {
            return Err(Error::PreconditionFailed.into());
        }
    }
    state.deletion.run(&user, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
