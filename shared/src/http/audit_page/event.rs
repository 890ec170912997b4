use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{AuditEvent, Scalar, rfc3339};

/// An event as clients see it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct WireEvent {
    pub(super) id: String,
    pub(super) at: String,
    pub(super) action: &'static str,
    pub(super) outcome: &'static str,
    pub(super) actor: WireActor,
    pub(super) target: WireTarget,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) changes: BTreeMap<String, WireScalar>,
    pub(super) request_id: String,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct WireActor {
    pub(super) id: Option<String>,
    pub(super) email: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) user_agent: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct WireTarget {
    pub(super) r#type: &'static str,
    pub(super) id: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
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
