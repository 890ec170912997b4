//! `GET /v1/external/github` — the availability of GitHub's API, with two URLs from its root.
//!
//! - Caller: anyone.
//! - Rate limit: `external`, by user, or by source address without a token.
//! - GitHub: at most one request a minute per instance, with a timeout of two seconds.
//! - Responses: 200; 429; 502; 504.

pub mod route;

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    auth::Verifier,
    http::{ApiError, HttpSettings, extract::RateLimitedByUserOrIp, stack, views::StatusOk},
    services::admission::Limiter,
    upstream::Github,
};
use utoipa::ToSchema;

use crate::route::ROUTE;

shared::dependencies! {
    /// The dependencies of the route. It has no access to stored data.
    pub struct External { http: HttpSettings, limiter: Limiter, verifier: Verifier, github: Github }
}

/// The function's router.
pub fn router(state: External) -> Router {
    stack::route(&ROUTE, github, state)
}

/// The route's OpenAPI document.
#[derive(utoipa::OpenApi)]
#[openapi(paths(github))]
pub struct Document;

/// The response of GitHub.
#[derive(Serialize, ToSchema)]
#[schema(as = GithubStatus)]
struct Response {
    github_api_status: StatusOk,
    #[schema(examples("https://api.github.com/user"))]
    current_user_url: String,
    #[schema(examples("https://api.github.com/rate_limit"))]
    rate_limit_url: String,
}

/// The availability of GitHub's API, with two URLs from its root.
///
/// GitHub is queried at most once a minute per instance, with a timeout of two seconds.
#[utoipa::path(
    get, path = "/v1/external/github", tag = "Health", security((), ("bearer" = [])),
    responses((status = 200, body = Response), (status = 502), (status = 504)),
)]
async fn github(State(state): State<External>, _counted: RateLimitedByUserOrIp) -> Result<Json<Response>, ApiError> {
    let links = state.github.links().await?;
    Ok(Json(Response {
        github_api_status: StatusOk,
        current_user_url: links.current_user_url,
        rate_limit_url: links.rate_limit_url,
    }))
}
