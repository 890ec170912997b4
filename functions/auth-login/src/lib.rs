//! `POST /v1/auth/login` — signs in with e-mail address and password.
//!
//! - Caller: anyone.
//! - Rate limit: `login`, by source IP address. Account lockout:
//!   [`Lockout`](shared::domain::Lockout).
//! - DynamoDB: one read before the password hash, one write after it.
//! - SQS: one request with the audit event `auth.logged_in` or `auth.login_failed`.
//! - Responses: 200 with the refresh token in the body or, with `refresh_cookie`, in a cookie; 401,
//!   the same for every reason; 422; 429.

pub mod route;

use axum::{Router, extract::State, response::Response};
use jiff::Timestamp;
use shared::{
    audit::Audit,
    auth::{PasswordHasher, RefreshToken, Signer},
    clock::Clock,
    domain::{AuditAction, Email, Error, Password, RequestSource, Session, SessionId, SessionLifetimes},
    http::{
        ApiError, HttpSettings,
        extract::{self, Fields, RateLimitedByIp, RefreshCookie},
        schema, stack,
        tokens::{self, TokensBody},
    },
    random::Random,
    services::{
        accounts::{PasswordVerifier, VerifiedCredential},
        admission::Limiter,
    },
    store::{Error as StoreError, Users},
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct Login {
        http: HttpSettings,
        limiter: Limiter,
        clock: Clock,
        random: Random,
        passwords: PasswordVerifier,
        users: Users,
        lifetimes: SessionLifetimes,
        hasher: PasswordHasher,
        signer: Signer,
        audit: Audit,
    }
}

/// Creates the router of the function.
pub fn router(state: Login) -> Router {
    stack::route(&ROUTE, login, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(login))]
pub struct Document;

/// The credentials.
#[derive(Clone, ToSchema)]
#[schema(as = Credentials, examples(json!({"email": "you@example.com", "password": "correct horse battery staple"})))]
struct Request {
    #[schema(value_type = schema::Email)]
    email: Email,
    #[schema(value_type = schema::Password)]
    password: Password,
    /// Return the refresh token in a cookie that scripts cannot read. For browsers.
    #[schema(required = false)]
    refresh_cookie: bool,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        let password = fields.required("password", Password::unvalidated);
        let refresh_cookie = fields.optional_flag("refresh_cookie");
        Some(Self { email: email?, password: password?, refresh_cookie: refresh_cookie?.unwrap_or_default() })
    }
}

/// Signs in.
///
/// An unknown e-mail address, a wrong password and a disabled account return the same 401. Repeated
/// wrong passwords lock the account for increasing times.
#[utoipa::path(
    post, path = "/v1/auth/login", tag = "Account",
    request_body = Request,
    responses((status = 200, body = TokensBody, headers(("Set-Cookie"))), (status = 401)),
)]
async fn login(
    State(state): State<Login>,
    _counted: RateLimitedByIp,
    source: RequestSource,
    cookie: RefreshCookie,
    extract::Json(request): extract::Json<Request>,
) -> Result<Response, ApiError> {
    const ATTEMPTS: usize = 4;
    let cookie = request.refresh_cookie.then_some(cookie);
    for _ in 0..ATTEMPTS {
        let Request { email, password, .. } = request.clone();
        let verified = state.passwords.verify_sign_in(&email, password.clone(), &source).await?;
        let rehashed = if verified.needs_rehash { Some(state.hasher.hash(password).await?) } else { None };
        let now = state.clock.now();
        let (session, refresh_token) = new_session(&state, &verified, &source, now);
        match state.users.sign_in(&verified.credential, &session, rehashed.as_ref(), now).await {
            // Another request changed the account between the read and the write: verify again.
            Err(StoreError::Conflict) => continue,
            result => result?,
        }
        state.audit.record_now(AuditAction::logged_in(&verified.credential, session.id), &source).await?;
        let role = verified.credential.role;
        return Ok(tokens::response(&state.signer, &session, role, &refresh_token, cookie.as_ref(), now)?);
    }
    Err(Error::Overloaded.into())
}

fn new_session(
    state: &Login,
    verified: &VerifiedCredential,
    source: &RequestSource,
    now: Timestamp,
) -> (Session, RefreshToken) {
    let id = SessionId::new(now, &state.random);
    let user_id = verified.credential.user_id;
    let refresh_token = RefreshToken::new(user_id, id, &state.random);
    let session = Session {
        id,
        user_id,
        refresh_hash: refresh_token.hash(),
        previous_hash: None,
        created_at: now,
        last_used_at: now,
        refresh_expires_at: state.lifetimes.refresh_expires_at(now, now),
        expires_at: state.lifetimes.expires_at(now),
        ip: source.ip,
        user_agent: source.user_agent.clone(),
    };
    (session, refresh_token)
}
