//! Serializes errors as RFC 9457 problem documents, with the members that clients read: `code`,
//! `message`, `request_id` and, for a 422, `errors`.
//!
//! This layer is outside everything that may return an [`ApiError`], and inside the request id
//! layer, because the document contains the request id.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::request_id::RequestId;
use crate::http::{ApiError, ErrorCode};

/// The `Retry-After` of a 503, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// An error (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    /// Always `about:blank`. `code` identifies the error.
    #[schema(value_type = String, examples("about:blank"))]
    r#type: &'static str,
    /// The meaning of the status, for people.
    #[schema(value_type = String)]
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    #[schema(value_type = ErrorCode)]
    code: &'static str,
    /// The description of the error, for people.
    message: &'a str,
    /// The response's `X-Request-ID`, which is also in the logs.
    request_id: &'a str,
    /// All invalid fields of the request. Present for status 422 only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemFieldError<'a>>,
    #[serde(flatten)]
    #[schema(ignore)]
    extension: BTreeMap<&'static str, &'a serde_json::Value>,
}

/// One invalid field of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
struct ProblemFieldError<'a> {
    /// The name of the field, parameter or header, as the client sent it.
    #[schema(examples("title"))]
    field: &'a str,
    /// The reason, for programs. It is stable.
    #[schema(examples("too_long"))]
    code: &'static str,
    /// The requirement that the value violates, for people.
    #[schema(examples("must have at most 255 characters"))]
    message: &'a str,
}

pub(crate) async fn problem<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let request_id = request.extensions().get::<RequestId>().cloned();
    let response = next(request).await;
    match response.extensions().get::<ApiError>().cloned() {
        None => response,
        Some(error) => to_response(error, request_id.as_ref().map_or("", RequestId::as_str)),
    }
}

/// Returns the error response of a layer outside this one.
pub(super) fn response_to(request: &Request, error: ApiError) -> Response {
    to_response(error, request.extensions().get::<RequestId>().map_or("", RequestId::as_str))
}

fn to_response(error: ApiError, request_id: &str) -> Response {
    let problem = Problem {
        r#type: "about:blank",
        title: error.code.title(),
        status: error.code.status().as_u16(),
        code: error.code.as_str(),
        message: &error.message,
        request_id,
        errors: error
            .field_errors
            .iter()
            .map(|field_error| ProblemFieldError {
                field: &field_error.field,
                code: field_error.code,
                message: &field_error.message,
            })
            .collect(),
        extension: error.extension.iter().map(|extension| (extension.0, &extension.1)).collect(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (error.code.status(), Body::from(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    match error.code {
        ErrorCode::Unauthorized => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        ErrorCode::Unavailable => {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        ErrorCode::MethodNotAllowed => {
            let methods: Vec<&str> = error.allowed_methods.iter().map(http::Method::as_str).collect();
            headers.extend(HeaderValue::from_str(&methods.join(", ")).ok().map(|allow| (header::ALLOW, allow)));
        }
        _ => {}
    }
    response.extensions_mut().insert(error);
    response
}
