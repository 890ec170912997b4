//! Assigns every request an id and returns it in `X-Request-ID`. A valid id from the client is used
//! instead of a new one.
//!
//! This layer is the outermost, so that the responses of all other layers have the header.

use axum::{extract::Request, response::Response};
use http::{HeaderName, HeaderValue};

use crate::{domain::RequestId as NewRequestId, http::HttpSettings};

/// The header's name.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request, in its extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub HeaderValue);

impl RequestId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

pub(crate) async fn request_id<F>(
    http: &HttpSettings,
    mut request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let id = request.headers().get(X_REQUEST_ID).filter(|id| is_valid(id)).cloned().unwrap_or_else(|| generate(http));
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next(request).await;
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

/// Returns `true` if the id is 1 to 128 of `[A-Za-z0-9._-]`. None of them has a special meaning in
/// a log, a shell or HTML.
fn is_valid(id: &HeaderValue) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=128).contains(&id.len()) && id.as_bytes().iter().all(allowed)
}

fn generate(http: &HttpSettings) -> HeaderValue {
    let id = NewRequestId::new(http.clock.now(), &http.random).to_string();
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_from_the_client_is_valid_without_special_characters() {
        for id in ["a", "A-Za.z0_9", &"x".repeat(128)] {
            assert!(is_valid(&HeaderValue::from_str(id).unwrap()), "{id}");
        }
        for id in ["", "a b", "a,b", "a/b", "é", "<b>", &"x".repeat(129)] {
            assert!(!is_valid(&HeaderValue::from_bytes(id.as_bytes()).unwrap()), "{id}");
        }
    }
}
