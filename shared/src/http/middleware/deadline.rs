//! Cancels a handler that exceeds its deadline and responds with 503. Every call to another service
//! has a shorter timeout; the deadline bounds their sum. It expires before Lambda's own timeout,
//! whose response does not have the error shape of this API.

use std::time::Duration;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use crate::http::{ApiError, ErrorCode};

/// The deadline of most routes: clients are promised a response within three seconds.
pub(crate) const DEFAULT: Duration = Duration::from_millis(2800);

pub(crate) async fn deadline<F>(limit: Duration, request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    if let Ok(response) = timeout(limit, next(request)).await {
        response
    } else {
        let error = ApiError::new(ErrorCode::Unavailable, "The service is temporarily unavailable. Please try again.");
        ApiError { reason: Some("deadline passed"), ..error }.into_response()
    }
}
