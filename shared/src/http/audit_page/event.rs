use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{AuditEvent, Scalar, rfc3339},
    http::schema,
};

/// An event as clients see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(super) struct WireEvent {
    #[schema(value_type = schema::Id)]
    pub(super) id: String,
    #[schema(value_type = schema::Timestamp)]
    pub(super) at: String,
    #[schema(value_type = schema::Action)]
    pub(super) action: &'static str,
    #[schema(value_type = schema::Outcome)]
    pub(super) outcome: &'static str,
    pub(super) actor: WireActor,
    pub(super) target: WireTarget,
    /// What the thing is like now, and whatever else explains the act. Absent when there is nothing to say.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) changes: BTreeMap<String, WireScalar>,
    /// The `X-Request-ID` of the request that did it; empty where it is not for the reader to know.
    pub(super) request_id: String,
}

/// Who did it; null where it is not known, or not for the reader to know.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub(super) struct WireActor {
    #[schema(value_type = Option<schema::Id>, required = true)]
    pub(super) id: Option<String>,
    #[schema(value_type = Option<schema::Email>, required = true)]
    pub(super) email: Option<String>,
    #[schema(value_type = Option<schema::IpAddress>, required = true)]
    pub(super) ip: Option<String>,
    #[schema(value_type = Option<schema::UserAgent>, required = true)]
    pub(super) user_agent: Option<String>,
}

/// What it was done to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub(super) struct WireTarget {
    #[schema(value_type = schema::TargetType)]
    pub(super) r#type: &'static str,
    /// Which one; null for all of them, or none that there is.
    #[schema(required = true)]
    pub(super) id: Option<String>,
}

/// A text, a flag or a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditValue)]
#[serde(untagged)]
pub(super) enum WireScalar {
    Text(String),
    Flag(bool),
    Number(u64),
}

impl WireEvent {
    /// The same event from somebody of whom nothing is said, not even in the id that they gave the request.
    pub(super) fn without_actor(event: &AuditEvent) -> Self {
        Self { actor: WireActor::default(), request_id: String::new(), ..Self::from(event) }
    }
}

impl WireEvent {
    /// The same event without the address of the account that it is about.
    pub(super) fn without_address(event: &AuditEvent) -> Self {
        let mut event = Self::from(event);
        event.changes.remove("email");
        event
    }
}

impl From<&AuditEvent> for WireEvent {
    fn from(AuditEvent { id, at, act, origin }: &AuditEvent) -> Self {
        Self {
            id: id.to_string(),
            at: rfc3339(*at),
            action: act.action.as_str(),
            outcome: act.outcome.as_str(),
            actor: WireActor {
                id: act.actor.id.map(|id| id.to_string()),
                email: act.actor.email.as_ref().map(|email| email.as_str().to_owned()),
                ip: origin.ip.map(|ip| ip.to_string()),
                user_agent: origin.user_agent.clone(),
            },
            target: WireTarget { r#type: act.target.kind.as_str(), id: act.target.id.clone() },
            changes: act.changes.iter().map(|(name, value)| (name.clone(), value.into())).collect(),
            request_id: origin.request_id.clone(),
        }
    }
}

impl From<&Scalar> for WireScalar {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Text(text) => Self::Text(text.clone()),
            Scalar::Flag(flag) => Self::Flag(*flag),
            Scalar::Number(number) => Self::Number(*number),
        }
    }
}
