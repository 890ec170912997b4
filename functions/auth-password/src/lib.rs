//! `PUT /v1/auth/password` — changes the caller's password.
//!
//! Who: a signed-in user who knows the current password; a wrong one counts like one at sign-in. Limit: `password`, by
//! user. DynamoDB: the account, the reads of the check, one conditional write, then the other sessions. SQS: one call. 204: every
//! other session is over; 401; 422 for a new password that is too easy to guess; 429.

use axum::{Router, extract::State, http::StatusCode};
use shared::{
    audit::Audit,
    auth::{PasswordHasher, strength},
    domain::{AuditAction, Credential, Error, Password, RequestSource, StoredPassword},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields},
        routes::AUTH_PASSWORD,
        schema, stack,
    },
    services::accounts::{PasswordVerifier, SessionRevoker},
    store::{Error as StoreError, Users},
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to change a password.
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

/// The function's router.
pub fn router(state: ChangePassword) -> Router {
    stack::route(&AUTH_PASSWORD, change_password, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(change_password))]
pub struct Document;

/// The password, and what it is to be.
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
/// Every other session ends. A wrong current password counts like one at sign-in.
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
    let credential = state.passwords.verify_owner(caller.id, request.current, &source).await?.credential;
    let guessable = strength::check(&request.new, Some(&credential.email));
    guessable.map_err(|invalid| Error::Invalid(vec![invalid.at("new_password")]))?;
    let stored = state.hasher.hash(request.new).await?;
    // Before the change, so that no interruption leaves an intruder signed in behind a new password; and after it, for who
    // signed in with the old one in between.
    state.session_revoker.revoke_all(caller.id, Some(caller.session_id)).await?;
    store(&state, &credential, &stored).await?;
    let recording = state.audit.record_now(AuditAction::password_changed(caller.id), &source);
    let ending = state.session_revoker.revoke_all(caller.id, Some(caller.session_id));
    let (recorded, ended) = tokio::join!(recording, ending);
    recorded.and(ended)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A write that was repeated after a lost answer finds its own hash there: nobody else could have made it.
async fn store(state: &ChangePassword, credential: &Credential, stored: &StoredPassword) -> Result<(), Error> {
    match state.users.change_password(credential, stored).await {
        Err(StoreError::Conflict) => {
            let now = state.users.credential(&credential.email).await?;
            let is_ours = now.is_some_and(|now| now.password == *stored);
            is_ours.then_some(()).ok_or(Error::Unauthenticated("account changed meanwhile"))
        }
        outcome => Ok(outcome?),
    }
}
