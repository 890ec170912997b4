use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

/// Returns the value of the `Link` header to the next page (RFC 8288), as a relative reference: the
/// same query with another cursor.
///
/// `query` has the parameters to repeat. Their values are parsed values of this API and base64url,
/// so nothing needs escaping.
#[must_use]
pub fn next_link(path: &str, query: &[(&str, String)], cursor: &str) -> String {
    let mut parameters: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parameters.push(format!("cursor={cursor}"));
    format!("<{path}?{}>; rel=\"next\"", parameters.join("&"))
}

/// Returns a response with a page and, when there is a next page, the `Link` header.
pub fn page_response(
    path: &str,
    query: &[(&str, String)],
    next_cursor: Option<&str>,
    body: &impl Serialize,
) -> Response {
    let link = next_cursor.and_then(|cursor| HeaderValue::try_from(next_link(path, query, cursor)).ok());
    let headers: HeaderMap = link.map(|link| (header::LINK, link)).into_iter().collect();
    (headers, Json(body)).into_response()
}
