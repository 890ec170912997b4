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
    domain::{Error, Origin, UserId},
    http::{
        ApiError, Authenticator, Http,
        extract::{self, Admin, PathId, Preconditions, content_etag},
        routes::ADMIN_USER_DELETE,
        stack,
        wire::WireAccount,
    },
    services::accounts::{Eraser, Erasure},
    store::Users,
};

shared::holds! {
    /// What it takes to delete an account.
    pub struct DeleteUser { http: Http, authenticator: Authenticator, audit: Audit, users: Users, erasure: Erasure }
}

const LIMIT: Duration = Duration::from_secs(25);

/// The function's router.
pub fn router(parts: DeleteUser) -> Router {
    stack::slow_route(&ADMIN_USER_DELETE, LIMIT, delete_user, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete_user))]
pub struct Document;

/// Deletes an account and all that belongs to it.
///
/// A 503 may mean that there is more than fits into the time: send it again, and it goes on.
#[utoipa::path(
    delete, path = "/v1/admin/users/{user_id}", tag = "Administration", security(("bearer" = ["admin"])),
    params(extract::IfMatch),
    responses((status = 204), (status = 409, description = "This is the last enabled administrator.")),
)]
async fn delete_user(
    State(parts): State<DeleteUser>,
    admin: Admin,
    origin: Origin,
    PathId(id): PathId<UserId>,
    conditions: Preconditions,
) -> Result<StatusCode, ApiError> {
    let by = Eraser { id: admin.id, own_session: None, origin };
    let Some(user) = parts.users.get_user(id).await? else {
        // A deletion that was interrupted at its very end may have left something.
        parts.erasure.sweep(id, &by).await?;
        return Err(Error::NotFound.into());
    };
    if conditions.asks() {
        let account = parts.users.account(id).await?.ok_or(Error::NotFound)?;
        if !conditions.allow(&content_etag(&WireAccount::from(&account))) {
            return Err(Error::PreconditionFailed.into());
        }
    }
    parts.erasure.run(&user, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
