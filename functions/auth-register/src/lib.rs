//! `POST /v1/auth/register` — creates an account.
//!
//! - Caller: anyone.
//! - Rate limit: `register`, by source IP address.
//! - DynamoDB: one transaction of profile, credential and audit event.
//! - SQS: one request with the audit event `auth.registered`.
//! - Responses: 201; 409 when the e-mail address has an account; 422; 429.

pub mod route;

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::{PasswordHasher, PasswordMatch, strength},
    clock::Clock,
    domain::{AuditAction, AuditEvent, Email, Error, EventId, Password, RequestSource, Role, User, UserId, rfc3339},
    http::{
        ApiError, HttpSettings,
        extract::{self, Fields, Idempotency, IdempotencyReplayed, RateLimitedByIp},
        schema, stack,
        views::StatusOk,
    },
    random::Random,
    services::admission::Limiter,
    store::{Registration, Users},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Register {
        http: HttpSettings,
        limiter: Limiter,
        clock: Clock,
        random: Random,
        users: Users,
        hasher: PasswordHasher,
        audit: Audit,
    }
}

/// Creates the router of the function.
pub fn router(state: Register) -> Router {
    stack::route(&ROUTE, register, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(register))]
pub struct Document;

/// A new account.
#[derive(ToSchema)]
#[schema(as = NewAccount, examples(json!({"email": "you@example.com", "password": "correct horse battery staple"})))]
struct Request {
    #[schema(value_type = schema::Email)]
    email: Email,
    #[schema(value_type = schema::NewPassword)]
    password: Password,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        // The e-mail address counts as known to an attacker, so a password made of it is too weak.
        let password = fields.required("password", |text| {
            let password = Password::parse(text)?;
            strength::check(&password, email.as_ref())?;
            Ok(password)
        });
        Some(Self { email: email?, password: password? })
    }
}

/// The new account.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisteredAccount)]
struct Response {
    status: StatusOk,
    #[schema(value_type = schema::Id)]
    id: String,
    #[schema(value_type = schema::Email)]
    email: String,
    #[schema(value_type = schema::Role)]
    role: &'static str,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
}

/// Creates an account.
///
/// The response contains no tokens; sign in to get them.
#[utoipa::path(
    post, path = "/v1/auth/register", tag = "Account",
    params(Idempotency),
    request_body = Request,
    responses(
        (status = 201, body = Response, headers(("Idempotency-Replayed"))),
        (status = 409, description = "An account with this e-mail address already exists."),
    ),
)]
async fn register(
    State(state): State<Register>,
    _counted: RateLimitedByIp,
    source: RequestSource,
    Idempotency(key): Idempotency,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let password = state.hasher.hash(request.password.clone()).await?;
    let now = state.clock.now();
    let id = UserId::new(now, &state.random);
    let user = User { id, email: request.email, role: Role::User, disabled: false, created_at: now };
    let action = AuditAction::registered(&user);
    let entry = state.audit.outbox_entry(&AuditEvent { id: EventId::of_registration(id), at: now, action, source });
    let (user, is_replay) = match state.users.create(&user, &password, key.as_ref(), &entry).await? {
        Registration::Created => {
            state.audit.publish_now(&entry).await;
            (user, false)
        }
        Registration::EmailTaken => return Err(Error::EmailTaken.into()),
        Registration::MaybeReplayed { user: earlier, password: stored } => {
            if state.hasher.verify(request.password, Some(stored)).await? == PasswordMatch::Wrong {
                return Err(Idempotency::key_reused().into());
            }
            // The first response, even if the account has another role by now.
            (User { role: Role::User, ..earlier }, true)
        }
    };
    Ok((StatusCode::CREATED, IdempotencyReplayed(is_replay), Json(Response::from(&user))))
}

impl From<&User> for Response {
    fn from(user: &User) -> Self {
        Self {
            status: StatusOk,
            id: user.id.to_string(),
            email: user.email.as_str().to_owned(),
            role: user.role.as_str(),
            created_at: rfc3339(user.created_at),
        }
    }
}
