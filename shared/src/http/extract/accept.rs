use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

/// What the client wants to read: JSON, unless it names CSV.
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
        Ok(wanted(&parts.headers))
    }
}

/// RFC 9110 §12.5.1, of which weights count only where they are zero: nobody gets CSV without asking for it by name.
fn wanted(headers: &HeaderMap) -> Accept {
    let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let is_csv = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/csv"));
        let refused = parts.any(|part| {
            part.split_once('=').is_some_and(|(name, q)| name.eq_ignore_ascii_case("q") && q.parse() == Ok(0.0))
        });
        named && !refused
    };
    if ranges.flat_map(|value| value.split(',')).any(is_csv) { Accept::Csv } else { Accept::Json }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn csv_is_for_who_names_it() {
        let wanted = |accept| wanted(&[(header::ACCEPT, HeaderValue::from_static(accept))].into_iter().collect());
        for accept in ["text/csv", "application/json;q=0.1, TEXT/CSV ; q=0.5", "text/csv;header=present"] {
            assert_eq!(wanted(accept), Accept::Csv, "{accept}");
        }
        for accept in ["", "*/*", "text/*", "application/json", "text/csv;q=0", "text/csv; Q=0.0"] {
            assert_eq!(wanted(accept), Accept::Json, "{accept}");
        }
    }
}
