use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{AuditEvent, Scalar, rfc3339},
    http::schema,
};

/// An event of the audit trail.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(super) struct EventView {
    #[schema(value_type = schema::Id)]
    pub(super) id: String,
    #[schema(value_type = schema::Timestamp)]
    pub(super) at: String,
    #[schema(value_type = schema::Action)]
    pub(super) action: &'static str,
    #[schema(value_type = schema::Outcome)]
    pub(super) outcome: &'static str,
    pub(super) actor: ActorView,
    pub(super) target: TargetView,
    /// The new values and other details of the action. Absent when there are none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) changes: BTreeMap<String, ScalarView>,
    /// The `X-Request-ID` of the request; empty when the reader may not see it.
    pub(super) request_id: String,
}

/// The actor. A member is null when it is unknown or the reader may not see it.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub(super) struct ActorView {
    #[schema(value_type = Option<schema::Id>, required = true)]
    pub(super) id: Option<String>,
    #[schema(value_type = Option<schema::Email>, required = true)]
    pub(super) email: Option<String>,
    #[schema(value_type = Option<schema::IpAddress>, required = true)]
    pub(super) ip: Option<String>,
    #[schema(value_type = Option<schema::UserAgent>, required = true)]
    pub(super) user_agent: Option<String>,
}

/// The resource that the action was applied to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub(super) struct TargetView {
    #[schema(value_type = schema::TargetType)]
    pub(super) r#type: &'static str,
    /// The id of the resource; null for all resources of the type, or when no resource was found.
    #[schema(required = true)]
    pub(super) id: Option<String>,
}

/// A string, a boolean or a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditValue)]
#[serde(untagged)]
pub(super) enum ScalarView {
    Text(String),
    Flag(bool),
    Number(u64),
}

impl EventView {
    /// Returns the event without its actor and without the request id, which the actor may have
    /// chosen.
    pub(super) fn without_actor(event: &AuditEvent) -> Self {
        Self { actor: ActorView::default(), request_id: String::new(), ..Self::from(event) }
    }

    /// Returns the event without the e-mail address of the account that it is about.
    pub(super) fn without_address(event: &AuditEvent) -> Self {
        let mut event = Self::from(event);
        event.changes.remove("email");
        event
    }
}

impl From<&AuditEvent> for EventView {
    fn from(AuditEvent { id, at, action, source }: &AuditEvent) -> Self {
        Self {
            id: id.to_string(),
            at: rfc3339(*at),
            action: action.kind.as_str(),
            outcome: action.outcome.as_str(),
            actor: ActorView {
                id: action.actor.id.map(|id| id.to_string()),
                email: action.actor.email.as_ref().map(|email| email.as_str().to_owned()),
                ip: source.ip.map(|ip| ip.to_string()),
                user_agent: source.user_agent.clone(),
            },
            target: TargetView { r#type: action.target.kind.as_str(), id: action.target.id.clone() },
            changes: action.changes.iter().map(|(name, value)| (name.clone(), value.into())).collect(),
            request_id: source.request_id.clone(),
        }
    }
}

impl From<&Scalar> for ScalarView {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Text(text) => Self::Text(text.clone()),
            Scalar::Flag(flag) => Self::Flag(*flag),
            Scalar::Number(number) => Self::Number(*number),
        }
    }
}
