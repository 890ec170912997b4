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

use super::request_id::RequestId;
use crate::http::{ApiError, Code};

/// When to try again after a 503, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    message: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemFault<'a>>,
    #[serde(flatten)]
    member: BTreeMap<&'static str, &'a serde_json::Value>,
}

#[derive(Serialize)]
struct ProblemFault<'a> {
    field: &'a str,
    code: &'static str,
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
