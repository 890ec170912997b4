//! Rejects requests that did not come through CloudFront, and takes the client's IP address from
//! CloudFront.
//!
//! An HTTP API supports neither a web ACL nor a resource policy, and its own URL stays public. A
//! client that knows this URL could bypass CloudFront and its firewall. Therefore CloudFront sends
//! a secret with each request and overwrites any value that the client sent
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>).
//! A request without the secret is rejected with 403. The client's IP address, which a CloudFront
//! function adds (`infra/edge.yaml`), is trusted only together with the secret. Without a
//! configured secret, both headers are ignored.
//!
//! This layer is outside the layers that do work for a request, CORS preflights included, and
//! inside the access log, which records the rejections.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::problem;
use crate::{
    config::EdgeConfig,
    http::{ApiError, ErrorCode, SourceIp},
};

/// The header with the secret.
pub const X_ORIGIN_VERIFY: HeaderName = HeaderName::from_static("x-origin-verify");
/// The header with the client's IP address as CloudFront saw it, without a port.
pub const X_VIEWER_ADDRESS: HeaderName = HeaderName::from_static("x-viewer-address");

pub(crate) async fn edge<F>(config: &EdgeConfig, mut request: Request, next: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    // Removed in any case, so that no inner layer sees them.
    let presented = take(request.headers_mut(), &X_ORIGIN_VERIFY);
    let client_ip = take(request.headers_mut(), &X_VIEWER_ADDRESS);
    if config.secrets.is_empty() {
        return next(request).await;
    }
    if !presented.is_some_and(|presented| is_accepted(config, presented.as_bytes())) {
        let error = ApiError::new(ErrorCode::Forbidden, "This is not the public URL of this API.");
        return problem::response_to(&request, ApiError { reason: Some("not from the edge"), ..error });
    }
    if let Some(ip) = client_ip.as_ref().and_then(parse_ip) {
        request.extensions_mut().insert(SourceIp(ip));
    }
    next(request).await
}

/// Removes the header and returns its value, unless the header occurs more than once.
fn take(headers: &mut HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let is_one = headers.get_all(name).iter().count() == 1;
    headers.remove(name).filter(|_| is_one)
}

/// Compares with all secrets in constant time, so that the duration reveals nothing about them.
fn is_accepted(config: &EdgeConfig, presented: &[u8]) -> bool {
    let is_equal = |secret: &str| verify_slices_are_equal(secret.as_bytes(), presented).is_ok();
    config.secrets.iter().fold(false, |found, secret| is_equal(secret.expose()) | found)
}

fn parse_ip(value: &HeaderValue) -> Option<IpAddr> {
    value.to_str().ok()?.parse().ok()
}
