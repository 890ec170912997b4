//! `DELETE /v1/auth/me` — deletes the caller's account and all that belongs to it.
//!
//! Who: a signed-in user who knows the password. Limit: `password`, by user. DynamoDB: the reads of the check, then a
//! delete for each thing, items in transactions with the event that tells of them. SQS: one call. 204, and a refresh cookie goes; 401; 409 for the
//! last administrator; 422; 429; 503 when there is more than fits into the time: calling again goes on.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{AppendHeaders, IntoResponse},
};
use shared::{
    domain::{Error, Password, RequestSource},
    http::{
        ApiError, Authenticator, HttpSettings, extract,
        extract::{CurrentUser, Fields, RefreshCookie},
        routes::AUTH_DELETE_ACCOUNT,
        schema, stack,
    },
    services::accounts::{AccountDeletion, DeletionRequester, PasswordVerifier},
    store::Users,
};
use utoipa::ToSchema;

shared::dependencies! {
    /// What it takes to delete one's account.
    pub struct DeleteAccount {
        http: HttpSettings,
        authenticator: Authenticator,
        passwords: PasswordVerifier,
        users: Users,
        deletion: AccountDeletion,
    }
}

const LIMIT: Duration = Duration::from_secs(25);

/// The function's router.
pub fn router(state: DeleteAccount) -> Router {
    stack::route_with_deadline(&AUTH_DELETE_ACCOUNT, LIMIT, delete_account, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete_account))]
pub struct Document;

/// The password, once more.
#[derive(ToSchema)]
#[schema(as = Confirmation, examples(json!({"password": "correct horse battery staple"})))]
struct Request {
    #[schema(value_type = schema::Password)]
    password: Password,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { password: fields.required("password", Password::unvalidated)? })
    }
}

/// Deletes your account and all that belongs to it.
///
/// It takes the password once more. A 503 may mean that there is more than fits into the time: send it again, and it goes on.
#[utoipa::path(
    delete, path = "/v1/auth/me", tag = "Account", security(("bearer" = [])),
    params(RefreshCookie),
    request_body = Request,
    responses((status = 204, headers(("Set-Cookie"))), (status = 409, description = "This is the last enabled administrator.")),
)]
async fn delete_account(
    State(state): State<DeleteAccount>,
    caller: CurrentUser,
    source: RequestSource,
    cookie: RefreshCookie,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    state.passwords.verify_owner_even_if_disabled(caller.id, request.password, &source).await?;
    let user = state.users.get(caller.id).await?.ok_or(Error::Unauthenticated("account gone"))?;
    state
        .deletion
        .run(&user, &DeletionRequester { id: caller.id, current_session: Some(caller.session_id), source })
        .await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.clear())))
}
