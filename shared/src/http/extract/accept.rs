use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

/// The media type of the response: JSON, unless the request accepts CSV explicitly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// `application/json`.
    Json,
    /// `text/csv`.
    Csv,
}

impl<S: Send + Sync> FromRequestParts<S> for Accept {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(negotiate(&parts.headers))
    }
}

/// Implements a part of RFC 9110 §12.5.1: only a weight of zero has an effect, and a wildcard does
/// not select CSV.
fn negotiate(headers: &HeaderMap) -> Accept {
    let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let is_csv = |range: &str| {
        let mut parameters = range.split(';').map(str::trim);
        let named = parameters.next().is_some_and(|name| name.eq_ignore_ascii_case("text/csv"));
        let excluded = parameters.any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, q)| name.eq_ignore_ascii_case("q") && q.parse() == Ok(0.0))
        });
        named && !excluded
    };
    if ranges.flat_map(|value| value.split(',')).any(is_csv) { Accept::Csv } else { Accept::Json }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_an_explicit_text_csv_selects_csv() {
        let negotiate = |accept| negotiate(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect());
        for accept in ["text/csv", "application/json;q=0.1, TEXT/CSV ; q=0.5", "text/csv;header=present"] {
            assert_eq!(negotiate(accept), Accept::Csv, "{accept}");
        }
        for accept in ["", "*/*", "text/*", "application/json", "text/csv;q=0", "text/csv; Q=0.0"] {
            assert_eq!(negotiate(accept), Accept::Json, "{accept}");
        }
    }
}
