//! Turns a panic in a handler into a 500 with the usual error shape. The panic hook of
//! [`telemetry`](crate::telemetry) logs the location; the response does not contain it.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::http::{ApiError, ErrorCode};

pub(crate) fn to_error(_panic: Box<dyn Any + Send>) -> Response {
    let error = ApiError::new(ErrorCode::Internal, "An internal error occurred.");
    ApiError { reason: Some("panic"), ..error }.into_response()
}
