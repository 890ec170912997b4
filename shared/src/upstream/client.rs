use std::{sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};

use crate::domain::Cause;

/// The time limit for a whole exchange: connecting, waiting and reading.
pub(super) const TOTAL_TIMEOUT: Duration = Duration::from_secs(2);
/// Far larger than any response that this code expects.
const MAX_BYTES: usize = 256 * 1024;

/// A complete response with a success status or 404.
///
/// The body of a 404 is included because only the body shows whether the service or a proxy in
/// front of it sent the 404.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// The reason why there is no [`Response`].
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum RequestError {
    #[error("no complete response in time")]
    Timeout(#[source] Cause),
    #[error("the connection failed")]
    Connection(#[source] Cause),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("more than {MAX_BYTES} bytes")]
    TooLarge,
}

impl RequestError {
    /// Returns `true` when the same request may succeed a moment later.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Connection(_) => true,
            Self::Status(status) => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
            // After a timeout, no time is left for a retry.
            Self::Timeout(_) | Self::TooLarge => false,
        }
    }
}

/// Builds a client with a time limit that follows no redirects. It trusts Mozilla's list of
/// certificate authorities, which is compiled in: reading the system's list takes milliseconds.
pub(super) fn build() -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("watchlist-backend/", env!("CARGO_PKG_VERSION")))
        .timeout(TOTAL_TIMEOUT)
        .redirect(Policy::none())
        .tls_backend_preconfigured(tls_config())
        .build()
}

/// TLS uses aws-lc, the only cryptography library of this project.
fn tls_config() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

/// Sends one `GET` request, without retries.
pub(super) async fn get(client: &Client, url: &str) -> Result<Response, RequestError> {
    let response = client.get(url).send().await.map_err(classify)?;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_FOUND {
        Ok(Response { status, body: read_body(response).await? })
    } else {
        Err(RequestError::Status(status))
    }
}

async fn read_body(mut response: reqwest::Response) -> Result<Vec<u8>, RequestError> {
    let check_size = |bytes: usize| if bytes > MAX_BYTES { Err(RequestError::TooLarge) } else { Ok(()) };
    // A response with a `Content-Length` above the limit is not read at all.
    check_size(usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX))?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        check_size(body.len() + chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Converts an error and removes the URL from it, so that the URL is not logged.
fn classify(error: reqwest::Error) -> RequestError {
    let is_timeout = error.is_timeout();
    let cause = Arc::new(error.without_url());
    if is_timeout { RequestError::Timeout(cause) } else { RequestError::Connection(cause) }
}
