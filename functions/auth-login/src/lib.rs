//! `POST /v1/auth/login` — signs in with e-mail and password.
//!
//! Who: anyone. Limit: `login`, by source. DynamoDB: one read before the hash, one write after it. SQS: one call. 200, with the
//! refresh token in the body or, for `refresh_cookie`, in a cookie; 401, the same for every reason; 422; 429.

use axum::{Router, extract::State, response::Response};
use jiff::Timestamp;
use shared::{
    audit::Audit,
    auth::{Hasher, RefreshToken, Signer},
    clock::Clock,
    domain::{Act, Email, Error, Origin, Password, Session, SessionId, SessionLifetimes},
    http::{
        ApiError, Http, extract,
        extract::{CountedBySource, Fields, RefreshCookie},
        routes::AUTH_LOGIN,
        schema, stack,
        tokens::{self, TokensBody},
    },
    random::Random,
    services::{
        accounts::{Checked, PasswordCheck},
        admission::Limiter,
    },
    store::{Error as StoreError, Users},
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to sign somebody in, the private key among it.
    pub struct Login {
        http: Http,
        limiter: Limiter,
        clock: Clock,
        random: Random,
        passwords: PasswordCheck,
        users: Users,
        lifetimes: SessionLifetimes,
        hasher: Hasher,
        signer: Signer,
        audit: Audit,
    }
}

/// The function's router.
pub fn router(parts: Login) -> Router {
    stack::route(&AUTH_LOGIN, login, parts)
}

/// What the API's document says of it.
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
        let password = fields.required("password", Password::as_typed);
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
    State(parts): State<Login>,
    _counted: CountedBySource,
    origin: Origin,
    cookie: RefreshCookie,
    extract::Json(request): extract::Json<Request>,
) -> Result<Response, ApiError> {
    const ATTEMPTS: usize = 4;
    let cookie = request.refresh_cookie.then_some(cookie);
    for _ in 0..ATTEMPTS {
        let Request { email, password, .. } = request.clone();
        let checked = parts.passwords.by_email(&email, password.clone(), &origin).await?;
        let rehashed = if checked.is_dated { Some(parts.hasher.hash(password).await?) } else { None };
        let now = parts.clock.now();
        let (session, refresh_token) = begin(&parts, &checked, &origin, now);
        match parts.users.sign_in(&checked.credential, &session, rehashed.as_ref(), now).await {
            // Somebody else guessed, signed in or changed the account between our read and our write: look again.
            Err(StoreError::Conflict) => {}
            outcome => {
                outcome?;
                parts.audit.note(Act::logged_in(&checked.credential, session.id), &origin).await?;
                let whose = (&session, checked.credential.role);
                return Ok(tokens::answer(&parts.signer, whose, &refresh_token, cookie.as_ref(), now)?);
            }
        }
    }
    Err(Error::Overloaded.into())
}

fn begin(parts: &Login, checked: &Checked, origin: &Origin, now: Timestamp) -> (Session, RefreshToken) {
    let id = SessionId::new(now, &parts.random);
    let user_id = checked.credential.user_id;
    let refresh_token = RefreshToken::new(user_id, id, &parts.random);
    let session = Session {
        id,
        user_id,
        refresh_hash: refresh_token.hash(),
        previous_hash: None,
        created_at: now,
        last_used_at: now,
        refresh_expires_at: parts.lifetimes.refresh_expires_at(now, now),
        expires_at: parts.lifetimes.expires_at(now),
        ip: origin.ip,
        user_agent: origin.user_agent.clone(),
    };
    (session, refresh_token)
}
