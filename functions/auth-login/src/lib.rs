//! `POST /v1/auth/login` — signs in with e-mail and password.
//!
//! Who: anyone. DynamoDB: one read before the hash, one write after it. 200; 401, the same for every reason; 422.

use axum::{Json, Router, extract::State};
use jiff::Timestamp;
use shared::{
    accounts::{Checked, PasswordCheck},
    auth::{Hasher, RefreshToken, Signer},
    clock::Clock,
    domain::{Email, Password, Session, SessionId, SessionLifetimes, StoredPassword},
    http::{
        ApiError, Http, extract,
        extract::{Client, Fields},
        routes::AUTH_LOGIN,
        stack,
        tokens::TokensBody,
    },
    random::Random,
    store::{Error, Users},
};

shared::holds! {
    /// What it takes to sign somebody in, the private key among it.
    pub struct Login {
        http: Http,
        clock: Clock,
        random: Random,
        passwords: PasswordCheck,
        users: Users,
        lifetimes: SessionLifetimes,
        hasher: Hasher,
        signer: Signer,
    }
}

/// The function's router.
pub fn router(parts: Login) -> Router {
    stack::route(&AUTH_LOGIN, login, parts)
}

struct Request {
    email: Email,
    password: Password,
}

impl extract::FromFields for Request {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        let password = fields.required("password", Password::as_typed);
        Some(Self { email: email?, password: password? })
    }
}

async fn login(
    State(parts): State<Login>,
    client: Client,
    extract::Json(request): extract::Json<Request>,
) -> Result<Json<TokensBody>, ApiError> {
    let checked = parts.passwords.by_email(&request.email, request.password.clone()).await?;
    let rehashed = if checked.is_dated { Some(parts.hasher.hash(request.password).await?) } else { None };
    let now = parts.clock.now();
    let (session, refresh_token) = begin(&parts, &checked, client, now);
    let tokens = TokensBody::new(&parts.signer, &session, checked.credential.role, &refresh_token, now)?;
    store(&parts, checked, &session, rehashed.as_ref(), now).await?;
    Ok(Json(tokens))
}

fn begin(parts: &Login, checked: &Checked, client: Client, now: Timestamp) -> (Session, RefreshToken) {
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
        ip: client.ip,
        user_agent: client.user_agent,
    };
    (session, refresh_token)
}

/// Somebody else may have signed in, or guessed wrongly, between our read and our write: then what was checked is checked
/// again, without another hash.
async fn store(
    parts: &Login,
    checked: Checked,
    session: &Session,
    rehashed: Option<&StoredPassword>,
    now: Timestamp,
) -> Result<(), ApiError> {
    const ATTEMPTS: usize = 4;
    let mut credential = checked.credential;
    for _ in 1..ATTEMPTS {
        match parts.users.sign_in(&credential, session, rehashed, now).await {
            Err(Error::Conflict) => credential = parts.passwords.again(&credential).await?,
            outcome => return Ok(outcome?),
        }
    }
    Ok(parts.users.sign_in(&credential, session, rehashed, now).await?)
}
