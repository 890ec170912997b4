//! The middleware, one file per layer. [`stack`](super::stack) defines the order of the layers.

pub mod access_log;
pub mod deadline;
pub mod edge;
pub mod panic;
pub mod problem;
pub mod rate_limit;
pub mod request_id;
pub mod security_headers;

use axum::routing::MethodFilter;
use http::Method;

/// Returns axum's filter for a method. axum supports every method in [`routes`](super::routes),
/// which a test verifies.
pub(super) fn method_filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE)
}
