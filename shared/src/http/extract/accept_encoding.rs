use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

/// The content coding of a response that exists in two codings (RFC 9110 §12.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcceptEncoding {
    /// `gzip`.
    Gzip,
    /// No coding.
    Identity,
}

impl<S: Send + Sync> FromRequestParts<S> for AcceptEncoding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(negotiate(&parts.headers))
    }
}

/// Chooses gzip whenever the client accepts it. Only a weight of zero has an effect.
fn negotiate(headers: &HeaderMap) -> AcceptEncoding {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let codings: Vec<(&str, bool)> = lines.flat_map(|line| line.split(',')).map(coding).collect();
    let accepts = |name: &str| {
        codings.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name)).map(|(_, accepted)| *accepted)
    };
    if accepts("gzip").or(accepts("*")).unwrap_or(false) { AcceptEncoding::Gzip } else { AcceptEncoding::Identity }
}

/// Parses one entry: the coding, and whether it is accepted.
fn coding(text: &str) -> (&str, bool) {
    let mut parameters = text.split(';').map(str::trim);
    let name = parameters.next().unwrap_or_default();
    let weight = parameters.find_map(|text| text.strip_prefix("q=").or_else(|| text.strip_prefix("Q=")));
    (name, weight.and_then(|weight| weight.parse().ok()) != Some(0.0))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_chosen_whenever_the_client_accepts_it() {
        let negotiate =
            |text| negotiate(&[(header::ACCEPT_ENCODING, HeaderValue::from_static(text))].into_iter().collect());
        for text in ["gzip", "br, GZIP;q=0.5", "*", "br;q=1.0, *;q=0.1"] {
            assert_eq!(negotiate(text), AcceptEncoding::Gzip, "{text}");
        }
        for text in ["", "br", "identity", "gzip;q=0", "gzip; q=0.0, br", "*;q=0", "gzip;q=0, *"] {
            assert_eq!(negotiate(text), AcceptEncoding::Identity, "{text}");
        }
    }
}
