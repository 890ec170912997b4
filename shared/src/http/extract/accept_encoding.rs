use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

/// How the client takes an answer that is kept in two forms (RFC 9110 §12.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcceptEncoding {
    /// Compressed.
    Gzip,
    /// As it is.
    Identity,
}

impl<S: Send + Sync> FromRequestParts<S> for AcceptEncoding {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(wanted(&parts.headers))
    }
}

/// Weights count only where they are zero: whoever takes gzip at all is better off with it.
fn wanted(headers: &HeaderMap) -> AcceptEncoding {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let codings: Vec<(&str, bool)> = lines.flat_map(|line| line.split(',')).map(coding).collect();
    let says = |name: &str| codings.iter().find(|(coding, _)| coding.eq_ignore_ascii_case(name)).map(|(_, yes)| *yes);
    if says("gzip").or(says("*")).unwrap_or(false) { AcceptEncoding::Gzip } else { AcceptEncoding::Identity }
}

/// A coding, and whether it is wanted.
fn coding(text: &str) -> (&str, bool) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (name, weight.and_then(|weight| weight.parse().ok()) != Some(0.0))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_for_who_takes_it() {
        let wanted = |text| wanted(&[(header::ACCEPT_ENCODING, HeaderValue::from_static(text))].into_iter().collect());
        for text in ["gzip", "br, GZIP;q=0.5", "*", "br;q=1.0, *;q=0.1"] {
            assert_eq!(wanted(text), AcceptEncoding::Gzip, "{text}");
        }
        for text in ["", "br", "identity", "gzip;q=0", "gzip; q=0.0, br", "*;q=0", "gzip;q=0, *"] {
            assert_eq!(wanted(text), AcceptEncoding::Identity, "{text}");
        }
    }
}
