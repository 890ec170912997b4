//! `GET /v1/external/github` — whether GitHub's API answers, and two addresses from its root.
//!
//! Who: anyone. Limit: `external`, by caller. GitHub: at most one call a minute from each instance, two seconds at
//! most. 200; 429; 502; 504.

use axum::{Json, Router, extract::State};
use serde::Serialize;
use shared::{
    auth::Verifier,
    http::{ApiError, Http, extract::CountedByCaller, routes::EXTERNAL_GITHUB, stack, wire::StatusOk},
    services::admission::Limiter,
    upstream::Github,
};
use utoipa::ToSchema;

shared::holds! {
    /// What it takes to ask GitHub. No data of ours is within reach.
    pub struct External { http: Http, limiter: Limiter, verifier: Verifier, github: Github }
}

/// The function's router.
pub fn router(parts: External) -> Router {
    stack::route(&EXTERNAL_GITHUB, github, parts)
}

/// What the API's document says of it.
#[derive(utoipa::OpenApi)]
#[openapi(paths(github))]
pub struct Document;

/// What GitHub said.
#[derive(Serialize, ToSchema)]
#[schema(as = GithubStatus)]
struct Response {
    github_api_status: StatusOk,
    #[schema(examples("https://api.github.com/user"))]
    current_user_url: String,
    #[schema(examples("https://api.github.com/rate_limit"))]
    rate_limit_url: String,
}

/// Whether GitHub's API answers, and two addresses from its root.
///
/// GitHub is asked once a minute at most, and given two seconds.
#[utoipa::path(
    get, path = "/v1/external/github", tag = "Health", security((), ("bearer" = [])),
    responses((status = 200, body = Response), (status = 502), (status = 504)),
)]
async fn github(State(parts): State<External>, _counted: CountedByCaller) -> Result<Json<Response>, ApiError> {
    let links = parts.github.links().await?;
    Ok(Json(Response {
        github_api_status: StatusOk,
        current_user_url: links.current_user_url,
        rate_limit_url: links.rate_limit_url,
    }))
}
