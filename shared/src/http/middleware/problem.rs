//! Writes out errors: an RFC 9457 problem document with the three fields that clients read (`code`, `message`,
//! `request_id`) and, for validation, every fault.
//!
//! Stands outside whatever may fail and inside the request id, which the document repeats.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::request_id::RequestId;
use crate::http::{ApiError, Code};

/// When to try again after a 503, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The one shape of every error (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    /// Always `about:blank`: `code` says which error it is.
    #[schema(value_type = String, examples("about:blank"))]
    r#type: &'static str,
    /// What the status means, for people.
    #[schema(value_type = String)]
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    #[schema(value_type = Code)]
    code: &'static str,
    /// What happened, for people.
    message: &'a str,
    /// The answer's `X-Request-ID`, which is also in the log.
    request_id: &'a str,
    /// Every fault of a request that was refused with 422, and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemFault<'a>>,
    #[serde(flatten)]
    #[schema(ignore)]
    member: BTreeMap<&'static str, &'a serde_json::Value>,
}

/// One fault of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
struct ProblemFault<'a> {
    /// The field, the parameter or the header, as the client wrote it.
    #[schema(examples("title"))]
    field: &'a str,
    /// For programs: a stable word.
    #[schema(examples("too_long"))]
    code: &'static str,
    /// For people: what the value must be.
    #[schema(examples("must have at most 255 characters"))]
    message: &'a str,
}

pub(crate) async fn problem(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    match response.extensions().get::<ApiError>().cloned() {
        None => response,
        Some(error) => write(error, request_id.as_ref().map_or("", RequestId::as_str)),
    }
}

/// The answer of a layer that stands further out and refuses a request itself.
pub(super) fn answer(error: ApiError, request: &Request) -> Response {
    write(error, request.extensions().get::<RequestId>().map_or("", RequestId::as_str))
}

fn write(error: ApiError, request_id: &str) -> Response {
    let problem = Problem {
        r#type: "about:blank",
        title: error.code.title(),
        status: error.code.status().as_u16(),
        code: error.code.as_str(),
        message: &error.message,
        request_id,
        errors: error
            .faults
            .iter()
            .map(|fault| ProblemFault { field: &fault.field, code: fault.code, message: &fault.message })
            .collect(),
        member: error.member.iter().map(|member| (member.0, &member.1)).collect(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (error.code.status(), Body::from(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    match error.code {
        Code::Unauthorized => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Code::Unavailable => {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        Code::MethodNotAllowed => {
            let methods: Vec<&str> = error.allow.iter().map(http::Method::as_str).collect();
            headers.extend(HeaderValue::from_str(&methods.join(", ")).ok().map(|allow| (header::ALLOW, allow)));
        }
        _ => {}
    }
    response.extensions_mut().insert(error);
    response
}
