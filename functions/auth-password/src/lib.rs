//! `PUT /v1/auth/password` — changes the caller's password.
//!
//! - Caller: a signed-in user who sends the current password. A wrong one counts towards the
//!   account lockout.
//! - Rate limit: `password`, by user.
//! - DynamoDB: two reads for the password check, one conditional write, and deletes of the other
//!   sessions.
//! - SQS: one request with the audit event `auth.password_changed` or `auth.password_refused`.
//! - Responses: 204, after which all other sessions are revoked; 401; 422 for a new password that
//!   is too weak; 429.

pub mod route;

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    auth::{PasswordHasher, strength},
    domain::{AuditAction, Credential, Error, Password, RequestSource, StoredPassword},
    http::{
        ApiError, Authenticator, HttpSettings,
        extract::{self, CurrentUser, Fields},
        schema, stack,
    },
    services::accounts::{PasswordVerifier, SessionRevoker},
    store::{Error as StoreError, Users},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct ChangePassword {
        http: HttpSettings,
        authenticator: Authenticator,
        passwords: PasswordVerifier,
        hasher: PasswordHasher,
        users: Users,
        session_revoker: SessionRevoker,
        audit: Audit,
    }
}

/// Creates the router of the function.
pub fn router(state: ChangePassword) -> Router {
    stack::route(&ROUTE, change_password, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(change_password))]
pub struct Document;

/// The current and the new password.
#[derive(ToSchema)]
#[schema(
    as = PasswordChange,
    examples(json!({"current_password": "correct horse battery staple", "new_password": "incorrect zebra charger clip"})),
)]
struct Request {
    #[schema(rename = "current_password", value_type = schema::Password)]
    current: Password,
    #[schema(rename = "new_password", value_type = schema::NewPassword)]
    new: Password,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let current = fields.required("current_password", Password::unvalidated);
        let new = fields.required("new_password", Password::parse);
        Some(Self { current: current?, new: new? })
    }
}

/// Changes the password.
///
/// All other sessions are revoked. A wrong current password counts towards the account lockout.
#[utoipa::path(
    put, path = "/v1/auth/password", tag = "Account", security(("bearer" = [])),
    request_body = Request,
    responses((status = 204)),
)]
async fn change_password(
    State(state): State<ChangePassword>,
    caller: CurrentUser,
    source: RequestSource,
    extract::Json(request): extract::Json<Request>,
) -> Result<StatusCode, ApiError> {
    let verified = state.passwords.verify_owner(caller.id, request.current, &source).await?;
    let credential = verified.credential;
    let strong = strength::check(&request.new, Some(&credential.email));
    strong.map_err(|invalid| Error::Invalid(vec![invalid.at("new_password")]))?;
    let stored = state.hasher.hash(request.new).await?;
    // Sessions are revoked before the change, so that an interruption cannot leave an intruder
    // signed in, and again after it, for sign-ins with the old password in between.
    state.session_revoker.revoke_all(caller.id, Some(caller.session_id)).await?;
    store_password(&state, &credential, &stored).await?;
    let recording = state.audit.record_now(AuditAction::password_changed(caller.id), &source);
    let revoking = state.session_revoker.revoke_all(caller.id, Some(caller.session_id));
    let (recorded, revoked) = tokio::join!(recording, revoking);
    recorded.and(revoked)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Stores the new password.
///
/// If the response to the write is lost, the SDK retries it, and the retry conflicts with the first
/// attempt. The stored hash then equals the new one, which no other request can have produced.
async fn store_password(state: &ChangePassword, credential: &Credential, stored: &StoredPassword) -> Result<(), Error> {
    match state.users.change_password(credential, stored).await {
        Err(StoreError::Conflict) => {
            let current = state.users.credential(&credential.email).await?;
            let is_stored = current.is_some_and(|current| current.password == *stored);
            is_stored.then_some(()).ok_or(Error::Unauthenticated("account changed meanwhile"))
        }
        result => Ok(result?),
    }
}
