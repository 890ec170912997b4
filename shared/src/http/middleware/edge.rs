//! Behind CloudFront: lets in only what came through it, and takes the caller's address from it.
//!
//! An HTTP API can have neither a firewall nor a resource policy, and its own address stays public, so whoever knows that
//! address would walk around CloudFront and the firewall there. CloudFront sends a secret with each request
//! (<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>), in place of whatever
//! the viewer sent under that name; a request without it is refused. Only with the secret is the address believed that a function
//! at the edge writes down (`infra/edge.yaml`). Where no secret is configured, neither header means anything.
//!
//! Stands outside of all that works for a request, preflights included, and inside the log, which shows the refusals.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::problem;
use crate::{
    config::EdgeConfig,
    http::{ApiError, Code, SourceIp},
};

/// Carries the secret.
pub const X_ORIGIN_VERIFY: HeaderName = HeaderName::from_static("x-origin-verify");
/// Carries the address that CloudFront was called from, without a port.
pub const X_VIEWER_ADDRESS: HeaderName = HeaderName::from_static("x-viewer-address");

pub(crate) async fn edge(config: EdgeConfig, mut request: Request, next: Next) -> Response {
    // In any case nothing further in sees them.
    let presented = take(request.headers_mut(), &X_ORIGIN_VERIFY);
    let viewer = take(request.headers_mut(), &X_VIEWER_ADDRESS);
    if config.secrets.is_empty() {
        return next.run(request).await;
    }
    if !presented.is_some_and(|presented| is_known(&config, presented.as_bytes())) {
        let error = ApiError::new(Code::Forbidden, "This is not the public address of this API.");
        return problem::answer(ApiError { reason: Some("not from the edge"), ..error }, &request);
    }
    if let Some(ip) = viewer.as_ref().and_then(address) {
        request.extensions_mut().insert(SourceIp(ip));
    }
    next.run(request).await
}

/// The header's value, if it has one and no other.
fn take(headers: &mut HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let is_one = headers.get_all(name).iter().count() == 1;
    headers.remove(name).filter(|_| is_one)
}

/// How long it takes says nothing of how much of a secret was right, nor of which: all are compared.
fn is_known(config: &EdgeConfig, presented: &[u8]) -> bool {
    let same = |secret: &str| verify_slices_are_equal(secret.as_bytes(), presented).is_ok();
    config.secrets.iter().fold(false, |known, secret| same(secret.expose()) | known)
}

fn address(value: &HeaderValue) -> Option<IpAddr> {
    value.to_str().ok()?.parse().ok()
}
