//! `POST /v1/auth/login` — signs in with e-mail and password.
//!
//! Who: anyone. DynamoDB: one read before the hash, one write after it. 200; 401, the same for every reason; 422.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    auth::{AccessToken, Hasher, RefreshToken, Signer},
    clock::Clock,
    domain::{Credential, Email, Error, Password, Session, SessionId, SessionLifetimes},
    http::{
        ApiError, Http, extract,
        extract::{Client, Fields},
        routes::AUTH_LOGIN,
        stack,
        wire::StatusOk,
    },
    random::Random,
    store::{Sessions, Users},
};

shared::holds! {
    /// What it takes to sign somebody in, the private key among it.
    pub struct Login {
        http: Http,
        clock: Clock,
        random: Random,
        users: Users,
        sessions: Sessions,
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

#[derive(Serialize)]
struct Response {
    status: StatusOk,
    access_token: String,
    token_type: &'static str,
    expires_in: u32,
    refresh_token: String,
    refresh_expires_in: i64,
}

async fn login(
    State(parts): State<Login>,
    client: Client,
    extract::Json(request): extract::Json<Request>,
) -> Result<Json<Response>, ApiError> {
    let credential = parts.users.credential(&request.email).await?;
    let password_hash = credential.as_ref().map(|credential| credential.password_hash.clone());
    let matches = parts.hasher.verify(request.password, password_hash).await?;
    let credential = admit(credential, matches)?;

    let now = parts.clock.now();
    let session_id = SessionId::new(now, &parts.random);
    let refresh_token = RefreshToken::new(credential.user_id, session_id, &parts.random);
    let session = Session {
        id: session_id,
        user_id: credential.user_id,
        refresh_hash: refresh_token.hash(),
        created_at: now,
        last_used_at: now,
        refresh_expires_at: parts.lifetimes.refresh_expires_at(now, now),
        expires_at: parts.lifetimes.expires_at(now),
        ip: client.ip,
        user_agent: client.user_agent,
    };
    let access_token = AccessToken { user_id: credential.user_id, session_id, role: credential.role };
    let access_token = parts.signer.sign(&access_token, now)?;
    parts.sessions.create(&session).await?;

    Ok(Json(Response {
        status: StatusOk,
        access_token,
        token_type: "bearer",
        expires_in: parts.signer.lifetime_seconds(),
        refresh_token: refresh_token.expose(),
        refresh_expires_in: session.refresh_expires_at.duration_since(now).as_secs(),
    }))
}

/// Decides only when the work is done, so that the time taken tells nothing. The reasons are for the log.
fn admit(credential: Option<Credential>, password_matches: bool) -> Result<Credential, Error> {
    match credential {
        None => Err(Error::Unauthenticated("unknown account")),
        Some(_) if !password_matches => Err(Error::Unauthenticated("wrong password")),
        Some(credential) if credential.disabled => Err(Error::Unauthenticated("disabled account")),
        Some(credential) => Ok(credential),
    }
}
