//! Gives every request an id, keeps a sensible one that the caller sent, and returns it in `X-Request-ID`.
//!
//! Stands outermost, so that even an answer of another layer carries the id.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};

use crate::{domain::RequestId as Fresh, http::Http};

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

pub(crate) async fn request_id(http: Http, mut request: Request, next: Next) -> Response {
    let id = request.headers().get(X_REQUEST_ID).filter(|id| acceptable(id)).cloned().unwrap_or_else(|| fresh(&http));
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

/// 1 to 128 of `[A-Za-z0-9._-]`: nothing that could mean something to a log, a shell or a page.
fn acceptable(id: &HeaderValue) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=128).contains(&id.len()) && id.as_bytes().iter().all(allowed)
}

fn fresh(http: &Http) -> HeaderValue {
    let id = Fresh::new(http.clock.now(), &http.random).to_string();
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_id_is_kept_when_it_is_harmless() {
        for id in ["a", "A-Za.z0_9", &"x".repeat(128)] {
            assert!(acceptable(&HeaderValue::from_str(id).unwrap()), "{id}");
        }
        for id in ["", "a b", "a,b", "a/b", "é", "<b>", &"x".repeat(129)] {
            assert!(!acceptable(&HeaderValue::from_bytes(id.as_bytes()).unwrap()), "{id}");
        }
    }
}
