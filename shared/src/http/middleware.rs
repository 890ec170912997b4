//! One file for each layer; [`stack`](super::stack) says in which order they stand and why.

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

/// axum's filter for a method. The routes of this API use the methods that it knows; a test walks them all.
pub(super) fn method_filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE)
}
