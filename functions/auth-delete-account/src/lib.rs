//! `DELETE /v1/auth/me` — deletes the caller's account and all of its data.
//!
//! - Caller: a signed-in user who sends the password. A wrong one counts towards the account
//!   lockout.
//! - Rate limit: `password`, by user.
//! - DynamoDB: two reads for the password check, then deletes of all items, in transactions with
//!   their audit events.
//! - SQS: one request with the audit event `auth.account_deleted`.
//! - Responses: 204, which also clears the refresh cookie; 401; 409 for the last enabled
//!   administrator; 422; 429; 503 when the data is too much for one request, which can be repeated
//!   to continue.

pub mod route;

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
        ApiError, Authenticator, HttpSettings,
        extract::{self, CurrentUser, Fields, RefreshCookie},
        schema, stack,
    },
    services::accounts::{AccountDeletion, DeletionRequester, PasswordVerifier},
    store::Users,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct DeleteAccount {
        http: HttpSettings,
        authenticator: Authenticator,
        passwords: PasswordVerifier,
        users: Users,
        deletion: AccountDeletion,
    }
}

/// The deadline of the request. It is longer than that of other routes, because an account can have
/// much data.
const DEADLINE: Duration = Duration::from_secs(25);

/// Creates the router of the function.
pub fn router(state: DeleteAccount) -> Router {
    stack::route_with_deadline(&ROUTE, DEADLINE, delete_account, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(delete_account))]
pub struct Document;

/// The password of the account.
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

/// Deletes your account and all of its data.
///
/// The password is required. A 503 can mean that the data is too much for one request: repeat the
/// request to continue.
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
    let requester = DeletionRequester { id: caller.id, current_session: Some(caller.session_id), source };
    state.deletion.run(&user, &requester).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie.clear())))
}
