//! Gives up on a handler that takes too long. Every outside call has a tighter bound of its own; this one catches what
//! adds up: a client never waits longer than this, and Lambda's own timeout, whose answer is not ours, is never reached.

use std::time::Duration;

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use crate::http::{ApiError, Code};

/// Below the three seconds within which a client is promised an answer.
pub(crate) const USUAL: Duration = Duration::from_millis(2800);

pub(crate) async fn deadline(limit: Duration, request: Request, next: Next) -> Response {
    if let Ok(response) = timeout(limit, next.run(request)).await {
        response
    } else {
        let error = ApiError::new(Code::Unavailable, "The service is not available right now. Please try again.");
        ApiError { reason: Some("deadline passed"), ..error }.into_response()
    }
}
