use std::{sync::Arc, time::Duration};

use reqwest::{Client, Response, StatusCode, redirect::Policy};

use crate::domain::Cause;

/// The whole exchange: connecting, waiting and reading.
pub(super) const TOTAL: Duration = Duration::from_secs(2);
/// No answer that we read is anywhere near as long.
const MAX_BYTES: usize = 256 * 1024;

/// An answer that arrived whole and may mean something: a success or a "not found". What made a "not found", the service or
/// something before it, only the body can tell.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// There is no such answer.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Failure {
    #[error("no whole answer in time")]
    Timeout(#[source] Cause),
    #[error("no connection, or it broke")]
    Broken(#[source] Cause),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("more than {MAX_BYTES} bytes")]
    TooLarge,
}

impl Failure {
    /// Whether the same question may be answered a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Broken(_) => true,
            Self::Status(status) => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            // There is no time left.
            Self::Timeout(_) | Self::TooLarge => false,
        }
    }
}

/// A client that trusts nobody: bounded in time and size, and no redirect sends it elsewhere.
pub(super) fn build() -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("watchlist-backend/", env!("CARGO_PKG_VERSION")))
        .timeout(TOTAL)
        .redirect(Policy::none())
        .build()
}

/// Asks once.
pub(super) async fn get(client: &Client, url: &str) -> Result<Answer, Failure> {
    let response = client.get(url).send().await.map_err(sort)?;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_FOUND {
        Ok(Answer { status, body: read(response).await? })
    } else {
        Err(Failure::Status(status))
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let fits = |bytes: usize| if bytes > MAX_BYTES { Err(Failure::TooLarge) } else { Ok(()) };
    // What says itself that it is too large is not read at all.
    fits(usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX))?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(sort)? {
        fits(body.len() + chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Without the address, which the log of a failure does not need.
fn sort(error: reqwest::Error) -> Failure {
    let is_timeout = error.is_timeout();
    let cause = Arc::new(error.without_url());
    if is_timeout { Failure::Timeout(cause) } else { Failure::Broken(cause) }
}
