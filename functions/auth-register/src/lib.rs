//! `POST /v1/auth/register` — creates an account.
//!
//! Who: anyone. Limit: `register`, by source. DynamoDB: one transaction of two conditional puts and the
//! audit event. SQS: one call. 201; 409 when the
//! address is taken; 422; 429.

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use serde::Serialize;
use shared::{
    audit::Audit,
    auth::{Hasher, Match, strength},
    clock::Clock,
    domain::{Act, AuditEvent, Email, Error, EventId, Origin, Password, Role, User, UserId, rfc3339},
    http::{
        ApiError, Http, extract,
        extract::{CountedBySource, Fields, Idempotency, replayed},
        routes::AUTH_REGISTER,
        schema, stack,
        wire::StatusOk,
    },
    random::Random,
    services::admission::Limiter,
    store::{Registered, Users},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to create an account. It signs nobody in, so it holds no key.
    pub struct Register {
        http: Http,
        limiter: Limiter,
        clock: Clock,
        random: Random,
        users: Users,
        hasher: Hasher,
        audit: Audit,
    }
}

/// The function's router.
pub fn router(parts: Register) -> Router {
    stack::route(&AUTH_REGISTER, register, parts)
}

/// What the API's document says of it.
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
        // Guessability is judged beside the address: one's own name is no secret.
        let password = fields.required("password", |text| {
            let password = Password::parse(text)?;
            strength::check(&password, email.as_ref())?;
            Ok(password)
        });
        Some(Self { email: email?, password: password? })
    }
}

/// The account that was made.
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

/// Makes an account.
///
/// It signs nobody in.
#[utoipa::path(
    post, path = "/v1/auth/register", tag = "Account",
    params(Idempotency),
    request_body = Request,
    responses(
        (status = 201, body = Response, headers(("Idempotency-Replayed"))),
        (status = 409, description = "This e-mail address already has an account."),
    ),
)]
async fn register(
    State(parts): State<Register>,
    _counted: CountedBySource,
    origin: Origin,
    Idempotency(key): Idempotency,
    extract::Json(request): extract::Json<Request>,
) -> Result<impl IntoResponse, ApiError> {
    let password = parts.hasher.hash(request.password.clone()).await?;
    let now = parts.clock.now();
    let id = UserId::new(now, &parts.random);
    let mut user = User { id, email: request.email, role: Role::User, disabled: false, created_at: now };
    let act = Act::registered(&user);
    let entry = parts.audit.entry(&AuditEvent { id: EventId::of_registration(id), at: now, act, origin });
    let mut is_replay = false;
    match parts.users.create(&user, &password, key.as_ref(), &entry).await? {
        Registered::Created => parts.audit.hasten(&entry).await,
        Registered::Taken => return Err(Error::EmailTaken.into()),
        Registered::MaybeBefore(earlier, stored) => {
            if parts.hasher.verify(request.password, Some(stored)).await? == Match::Wrong {
                return Err(Idempotency::names_another_request().into());
            }
            // As it was answered then, whatever role the account has by now.
            (user, is_replay) = (User { role: Role::User, ..earlier }, true);
        }
    }
    Ok((StatusCode::CREATED, replayed(is_replay), Json(Response::from(&user))))
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
