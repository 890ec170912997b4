//! Turns a panic in a handler into a 500 like any other. Where it happened is logged by the panic hook that
//! [`telemetry`](crate::telemetry) sets; the client learns nothing.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::http::{ApiError, Code};

pub(crate) fn to_error(_panic: Box<dyn Any + Send>) -> Response {
    let error = ApiError::new(Code::Internal, "Something went wrong on our side.");
    ApiError { reason: Some("panic"), ..error }.into_response()
}
