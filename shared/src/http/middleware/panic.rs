//! Turns a panic in a handler into a 500 with the usual error shape. The panic hook of
//! [`telemetry`](crate::telemetry) logs the location; the response does not contain it.

use std::panic::AssertUnwindSafe;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;

use crate::http::{ApiError, ErrorCode};

pub(crate) async fn panic<F>(request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    // The request is dropped with the handler, and no later request sees a value of it.
    let response = AssertUnwindSafe(async { next(request).await }).catch_unwind().await;
    response.unwrap_or_else(|_panic| {
        let error = ApiError::new(ErrorCode::Internal, "An internal error occurred.");
        ApiError { reason: Some("panic"), ..error }.into_response()
    })
}
