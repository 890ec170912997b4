use std::{sync::Arc, time::Duration};

use reqwest::{Client, redirect::Policy};

use crate::domain::Error;

/// The whole exchange: connecting, waiting and reading.
pub(super) const TOTAL: Duration = Duration::from_secs(2);
/// No answer that we read is anywhere near as long.
const MAX_BYTES: usize = 256 * 1024;

/// A client that trusts nobody: bounded in time and size, and no redirect sends it elsewhere.
pub(super) fn build() -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("watchlist-backend/", env!("CARGO_PKG_VERSION")))
        .timeout(TOTAL)
        .redirect(Policy::none())
        .build()
}

/// The body of a successful answer.
pub(super) async fn get(client: &Client, url: &str) -> Result<Vec<u8>, Error> {
    let mut response = client.get(url).send().await.map_err(sort)?;
    if !response.status().is_success() {
        return Err(Error::Upstream(Arc::new(BadAnswer(format!("status {}", response.status())))));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(sort)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(Error::Upstream(Arc::new(BadAnswer(format!("more than {MAX_BYTES} bytes")))));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// An answer that arrived and is of no use.
#[derive(Debug, thiserror::Error)]
#[error("the answer is of no use: {0}")]
pub(super) struct BadAnswer(pub(super) String);

fn sort(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::UpstreamTimeout(Arc::new(error.without_url()))
    } else {
        Error::Upstream(Arc::new(error.without_url()))
    }
}
