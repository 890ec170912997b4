//! `GET /v1/auth/sessions` — lists the caller's sessions.
//!
//! - Caller: a signed-in user.
//! - Rate limit: `account`, by user.
//! - DynamoDB: one query.
//! - Responses: 200; 401; 429.

pub mod route;

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    clock::Clock,
    domain::{Session, SessionId, rfc3339},
    http::{ApiError, Authenticator, HttpSettings, extract::CurrentUser, schema, stack},
    store::Sessions,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route.
    pub struct ListSessions {
        http: HttpSettings,
        authenticator: Authenticator,
        clock: Clock,
        sessions: Sessions,
    }
}

/// Creates the router of the function.
pub fn router(state: ListSessions) -> Router {
    stack::route(&ROUTE, sessions, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(sessions))]
pub struct Document;

/// The sessions of an account.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionList)]
struct Response {
    sessions: Vec<SessionView>,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionView {
    #[schema(value_type = schema::Id)]
    id: String,
    #[schema(value_type = schema::Timestamp)]
    created_at: String,
    /// The time of the last refresh.
    #[schema(value_type = schema::Timestamp)]
    last_used_at: String,
    #[schema(value_type = Option<schema::IpAddress>, required = true)]
    ip: Option<String>,
    #[schema(value_type = Option<schema::UserAgent>, required = true)]
    user_agent: Option<String>,
    /// `true` for the session of this request.
    current: bool,
}

/// Lists your sessions, newest first.
#[utoipa::path(
    get, path = "/v1/auth/sessions", tag = "Sessions", security(("bearer" = [])),
    responses((status = 200, body = Response)),
)]
async fn sessions(State(state): State<ListSessions>, caller: CurrentUser) -> Result<Json<Response>, ApiError> {
    let now = state.clock.now();
    let sessions = state.sessions.list(caller.id).await?;
    // Sessions that can no longer be refreshed have ended and are left out. The current one is
    // listed even so: its access token is still valid.
    let is_active = |session: &&Session| session.refresh_expires_at > now || session.id == caller.session_id;
    let sessions = sessions.iter().rev().filter(is_active).map(|session| view(session, caller.session_id)).collect();
    Ok(Json(Response { sessions }))
}

fn view(session: &Session, current: SessionId) -> SessionView {
    SessionView {
        id: session.id.to_string(),
        created_at: rfc3339(session.created_at),
        last_used_at: rfc3339(session.last_used_at),
        ip: session.ip.map(|ip| ip.to_string()),
        user_agent: session.user_agent.clone(),
        current: session.id == current,
    }
}
