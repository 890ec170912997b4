//! Conditional requests (RFC 9110 §13) on things without a version of their own: the strong `ETag` is a hash of what is sent.

use std::convert::Infallible;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::FromRequestParts;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderName, HeaderValue, header, request::Parts};
use serde::Serialize;

/// The `ETag` of what is sent.
pub fn content_etag(body: &impl Serialize) -> HeaderValue {
    let tag = etag_of_bytes(&serde_json::to_vec(body).unwrap_or_default());
    HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The `ETag` of a body.
pub(in crate::http) fn etag_of_bytes(body: &[u8]) -> String {
    format!("\"{}\"", BASE64URL_NOPAD.encode(&digest(&SHA256, body).as_ref()[..16]))
}

/// What the client says of the state that it knows.
#[derive(Debug, Default)]
pub struct Preconditions {
    if_match: Option<Vec<String>>,
    if_none_match: Option<Vec<String>>,
}

impl Preconditions {
    /// The client asks for a certain state before it changes anything.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.if_match.is_some()
    }

    /// The change may go ahead on this state. If-Match compares strongly: a weak tag matches nothing.
    #[must_use]
    pub fn allow(&self, etag: &HeaderValue) -> bool {
        self.if_match.as_ref().is_none_or(|tags| tags.iter().any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes()))
    }

    /// The client has this already: 304. If-None-Match compares weakly.
    #[must_use]
    pub fn has(&self, etag: &HeaderValue) -> bool {
        let matches = |tag: &String| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag.as_bytes();
        self.if_none_match.as_ref().is_some_and(|tags| tags.iter().any(matches))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let tags = |name: HeaderName| {
            let lines: Vec<&HeaderValue> = parts.headers.get_all(name).iter().collect();
            let entries = lines.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
            let entries = entries.map(|entry| entry.trim().to_owned()).collect();
            (!lines.is_empty()).then_some(entries)
        };
        Ok(Self { if_match: tags(header::IF_MATCH), if_none_match: tags(header::IF_NONE_MATCH) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_same_for_the_same_content_only() {
        assert_eq!(content_etag(&["a"]), content_etag(&["a"]));
        assert_ne!(content_etag(&["a"]), content_etag(&["b"]));
    }

    #[test]
    fn if_match_compares_strongly_and_if_none_match_weakly() {
        let etag = content_etag(&1);
        let text = etag.to_str().unwrap();
        let of = |tag: &str| Some(vec!["\"other\"".to_owned(), tag.to_owned()]);
        let conditions = |tag: &str| Preconditions { if_match: of(tag), if_none_match: of(tag) };
        assert!(conditions(text).allow(&etag) && conditions(text).has(&etag));
        assert!(conditions("*").allow(&etag) && conditions("*").has(&etag));
        let weak = conditions(&format!("W/{text}"));
        assert!(!weak.allow(&etag) && weak.has(&etag));
        assert!(!conditions("").allow(&etag) && !conditions("").has(&etag));
        assert!(Preconditions::default().allow(&etag) && !Preconditions::default().has(&etag));
    }
}
