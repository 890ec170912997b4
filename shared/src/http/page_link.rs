use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

/// An answer with a page, and the `Link` header to the next one when there is one.
pub fn page_answer(path: &str, query: &[(&str, String)], next_cursor: Option<&str>, body: &impl Serialize) -> Response {
    let link = next_cursor.and_then(|cursor| HeaderValue::try_from(next_link(path, query, cursor)).ok());
    let headers: HeaderMap = link.map(|link| (header::LINK, link)).into_iter().collect();
    (headers, Json(body)).into_response()
}
