use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{header, request::Parts};

use crate::{
    domain::RequestSource,
    http::{SourceIp, middleware::request_id::RequestId},
};

impl<S: Send + Sync> FromRequestParts<S> for RequestSource {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(request_source(parts))
    }
}

pub(super) fn request_source(parts: &Parts) -> RequestSource {
    let user_agent = parts.headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let sanitized = |text: &str| text.chars().filter(|c| !c.is_control()).take(256).collect();
    RequestSource {
        ip: parts.extensions.get::<SourceIp>().map(|source| source.0),
        user_agent: user_agent.as_deref().map(sanitized),
        request_id: parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned()).unwrap_or_default(),
    }
}
