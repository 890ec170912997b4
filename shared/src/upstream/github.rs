use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde::Deserialize;
use tokio::{sync::Mutex, time::timeout};

use super::client::{self, Failure};
use crate::{clock::Clock, config::GithubConfig, domain::Error};

/// How long an answer is good for.
const MAX_AGE: Duration = Duration::from_mins(1);

/// GitHub's API root, asked at most once a minute by each instance. The function runs outside the private network, so the
/// answer is kept in memory and not in Redis.
#[derive(Debug, Clone)]
pub struct Github(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    url: String,
    clock: Clock,
    // One lock around asking: many requests at once ask GitHub once.
    cached: Mutex<Option<(Timestamp, GithubLinks)>>,
}

/// What we take from the answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GithubLinks {
    /// Where the signed-in user is.
    pub current_user_url: String,
    /// Where the rate limit is.
    pub rate_limit_url: String,
}

impl Github {
    /// Nothing is asked yet.
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
    /// [`Error::UpstreamTimeout`] after two seconds; [`Error::Upstream`] when GitHub cannot be reached, refuses, or
    /// answers something else. A failure is not kept: the next request asks again.
    pub async fn links(&self) -> Result<GithubLinks, Error> {
        // Waiting for somebody else's question counts like asking.
        timeout(client::TOTAL, self.ask()).await.unwrap_or_else(|late| Err(Error::UpstreamTimeout(Arc::new(late))))
    }

    async fn ask(&self) -> Result<GithubLinks, Error> {
        let Inner { client, url, clock, cached } = &*self.0;
        let mut cached = cached.lock().await;
        let now = clock.now();
        if let Some((at, links)) = &*cached
            && now.duration_since(*at) < SignedDuration::try_from(MAX_AGE).unwrap_or_default()
        {
            return Ok(links.clone());
        }
        let answer = client::get(client, url).await?;
        if !answer.status.is_success() {
            return Err(Failure::Status(answer.status).into());
        }
        let links: GithubLinks =
            serde_json::from_slice(&answer.body).map_err(|_| Error::Upstream(Arc::new(NotTheRoot)))?;
        *cached = Some((now, links.clone()));
        Ok(links)
    }
}

/// It may quote the answer, so what JSON says of it is not kept.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not the API's root")]
struct NotTheRoot;

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout(_) => Self::UpstreamTimeout(Arc::new(failure)),
            Failure::Broken(_) | Failure::Status(_) | Failure::TooLarge => Self::Upstream(Arc::new(failure)),
        }
    }
}
