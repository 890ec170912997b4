//! `POST /v1/auth/login` — signs in with e-mail and password.
//!
//! Who: anyone. Limit: `login`, by source. DynamoDB: one read before the hash, one write after it. SQS: one call. 200, with the
//! refresh token in the body or, for `refresh_cookie`, in a cookie; 401, the same for every reason; 422; 429.

use axum::{Router, extract::State, response::Response};
use jiff::Timestamp;
use shared::{
    audit::Audit,
    auth::{PasswordHasher, RefreshToken, Signer},
    clock::Clock,
    domain::{AuditAction, Email, Error, Password, RequestSource, Session, SessionId, SessionLifetimes},
    http::{
        ApiError, HttpSettings, extract,
        extract::{Fields, RateLimitedByIp, RefreshCookie},
        routes::AUTH_LOGIN,
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

shared::dependencies! {
    /// What it takes to sign somebody in, the private key among it.
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

/// The function's router.
pub fn router(state: Login) -> Router {
    stack::route(&AUTH_LOGIN, login, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(login))]
pub struct Document;

/// Who signs in.
#[derive(Clone, ToSchema)]
#[schema(as = Credentials, examples(json!({"email": "you@example.com", "password": "correct horse battery staple"})))]
struct Request {
    #[schema(value_type = schema::Email)]
    email: Email,
    #[schema(value_type = schema::Password)]
    password: Password,
    /// A browser asks for the refresh token in a cookie, out of the reach of scripts.
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
/// An unknown address, a wrong password and an account that is shut are one and the same 401. After some wrong passwords the
/// account waits longer and longer before it looks at the next one.
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
        let checked = state.passwords.verify_sign_in(&email, password.clone(), &source).await?;
        let rehashed = if checked.needs_rehash { Some(state.hasher.hash(password).await?) } else { None };
        let now = state.clock.now();
        let (session, refresh_token) = begin(&state, &checked, &source, now);
        match state.users.sign_in(&checked.credential, &session, rehashed.as_ref(), now).await {
            // Somebody else guessed, signed in or changed the account between our read and our write: look again.
            Err(StoreError::Conflict) => {}
            outcome => {
                outcome?;
                state.audit.record_now(AuditAction::logged_in(&checked.credential, session.id), &source).await?;
                let role = checked.credential.role;
                return Ok(tokens::response(&state.signer, &session, role, &refresh_token, cookie.as_ref(), now)?);
            }
        }
    }
    Err(Error::Overloaded.into())
}

fn begin(
    state: &Login,
    checked: &VerifiedCredential,
    source: &RequestSource,
    now: Timestamp,
) -> (Session, RefreshToken) {
    let id = SessionId::new(now, &state.random);
    let user_id = checked.credential.user_id;
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
