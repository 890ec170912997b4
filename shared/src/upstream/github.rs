use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde::Deserialize;
use tokio::{sync::Mutex, time::timeout};

use super::client::{self, RequestError};
use crate::{clock::Clock, config::GithubConfig, domain::Error};

/// The maximum age of a cached response.
const MAX_AGE: Duration = Duration::from_mins(1);

/// A client of GitHub's API root. Each instance sends at most one request a minute.
///
/// The function runs outside the private network, so the response is cached in memory and not in
/// Redis.
#[derive(Debug, Clone)]
pub struct Github(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    url: String,
    clock: Clock,
    // The lock is held during the request, so concurrent callers share one request to GitHub.
    cached: Mutex<Option<(Timestamp, GithubLinks)>>,
}

/// The links that are read from the response.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GithubLinks {
    /// The URL of the authenticated user.
    pub current_user_url: String,
    /// The URL of the rate limit status.
    pub rate_limit_url: String,
}

impl Github {
    /// Creates a client. Sends no request yet.
    ///
    /// # Errors
    /// The TLS stack cannot be set up.
    pub fn new(config: GithubConfig, clock: Clock) -> Result<Self, Error> {
        let client = client::build().map_err(|cause| Error::Internal(Arc::new(cause)))?;
        Ok(Self(Arc::new(Inner { client, url: config.url, clock, cached: Mutex::default() })))
    }

    /// The links of the API root, at most a minute old.
    ///
    /// # Errors
    /// [`Error::UpstreamTimeout`] after two seconds; [`Error::Upstream`] when GitHub is
    /// unavailable, rejects the request or sends an unexpected response. Errors are not cached.
    pub async fn links(&self) -> Result<GithubLinks, Error> {
        // The limit includes waiting for the request of another caller.
        timeout(client::TOTAL_TIMEOUT, self.cached_or_fetched())
            .await
            .unwrap_or_else(|late| Err(Error::UpstreamTimeout(Arc::new(late))))
    }

    async fn cached_or_fetched(&self) -> Result<GithubLinks, Error> {
        let Inner { client, url, clock, cached } = &*self.0;
        let mut cached = cached.lock().await;
        let now = clock.now();
        if let Some((at, links)) = &*cached
            && now.duration_since(*at) < SignedDuration::try_from(MAX_AGE).unwrap_or_default()
        {
            return Ok(links.clone());
        }
        let response = client::get(client, url).await?;
        if !response.status.is_success() {
            return Err(RequestError::Status(response.status).into());
        }
        let links: GithubLinks =
            serde_json::from_slice(&response.body).map_err(|_| Error::Upstream(Arc::new(UnexpectedResponse)))?;
        *cached = Some((now, links.clone()));
        Ok(links)
    }
}

/// Replaces the error of the JSON parser, which may quote the response.
#[derive(Debug, thiserror::Error)]
#[error("the response is not the API's root")]
struct UnexpectedResponse;

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Timeout(_) => Self::UpstreamTimeout(Arc::new(error)),
            RequestError::Connection(_) | RequestError::Status(_) | RequestError::TooLarge => {
                Self::Upstream(Arc::new(error))
            }
        }
    }
}
