use std::{convert::Infallible, net::IpAddr};

use axum::extract::FromRequestParts;
use http::{header, request::Parts};

use crate::http::SourceIp;

/// Who is at the other end: for the list of sign-ins and the audit trail, never for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The address, as API Gateway saw it.
    pub ip: Option<IpAddr>,
    /// What the client says of itself: at most 256 characters, none of them a control character.
    pub user_agent: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let harmless = |text: &str| text.chars().filter(|c| !c.is_control()).take(256).collect();
        Ok(Self {
            ip: parts.extensions.get::<SourceIp>().map(|source| source.0),
            user_agent: user_agent.as_deref().map(harmless),
        })
    }
}
