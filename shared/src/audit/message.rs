//! The JSON encoding of an event in the queue and the outbox.
//!
//! Messages carry a version, because functions of two releases run at the same time during a
//! deployment and read each other's messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    ActionType, Actor, AuditAction, AuditEvent, Changes, Email, EventId, Outcome, RequestSource, Scalar, Target,
    TargetType, UserId, rfc3339,
};

/// The version of the format. Incremented with every change that an older release would misread.
const VERSION: u32 = 1;
/// The maximum size of a message in bytes: far above any real event, and far below the 400 KB limit
/// of a DynamoDB item.
const MAX_BYTES: usize = 16 * 1024;

/// A message that is not a valid event: malformed JSON, an unknown version, or an unknown value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an audit event: {0}")]
pub struct InvalidMessage(String);

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    event: Event,
}

/// The version alone. It is read first, so that the error for an unsupported version can name it.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    id: String,
    at: String,
    action: String,
    outcome: String,
    actor: MessageActor,
    target: MessageTarget,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<String, MessageScalar>,
    request_id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageActor {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageTarget {
    r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum MessageScalar {
    Flag(bool),
    Number(u64),
    Text(String),
}

/// Encodes an event as ASCII JSON.
pub(super) fn encode(event: &AuditEvent) -> String {
    let AuditEvent { id, at, action, source } = event;
    let scalar = |value: &Scalar| match value {
        Scalar::Text(text) => MessageScalar::Text(text.clone()),
        Scalar::Flag(flag) => MessageScalar::Flag(*flag),
        Scalar::Number(number) => MessageScalar::Number(*number),
    };
    let event = Event {
        id: id.to_string(),
        at: rfc3339(*at),
        action: action.kind.as_str().to_owned(),
        outcome: action.outcome.as_str().to_owned(),
        actor: MessageActor {
            id: action.actor.id.map(|id| id.to_string()),
            email: action.actor.email.as_ref().map(|email| email.as_str().to_owned()),
            ip: source.ip.map(|ip| ip.to_string()),
            user_agent: source.user_agent.clone(),
        },
        target: MessageTarget { r#type: action.target.kind.as_str().to_owned(), id: action.target.id.clone() },
        changes: action.changes.iter().map(|(name, value)| (name.clone(), scalar(value))).collect(),
        request_id: source.request_id.clone(),
    };
    // Serialization cannot fail: the message consists of strings, numbers and booleans.
    escape_non_ascii(&serde_json::to_string(&Message { version: VERSION, event }).unwrap_or_default())
}

/// Escapes all non-ASCII characters of a JSON text, because SQS rejects some Unicode characters.
/// Outside of strings, JSON is ASCII.
fn escape_non_ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            text.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    text
}

/// Decodes an event.
pub(super) fn decode(text: &str) -> Result<AuditEvent, InvalidMessage> {
    if text.len() > MAX_BYTES {
        return Err(InvalidMessage(format!("{} bytes are too many", text.len())));
    }
    let not_json = |error: serde_json::Error| InvalidMessage(error.to_string());
    let Versioned { version } = serde_json::from_str(text).map_err(not_json)?;
    if version != VERSION {
        return Err(InvalidMessage(format!("version {version}")));
    }
    let Message { event, .. } = serde_json::from_str(text).map_err(not_json)?;
    event.into_domain()
}

impl Event {
    fn into_domain(self) -> Result<AuditEvent, InvalidMessage> {
        let unknown = |field: &str, value: &str| InvalidMessage(format!("unknown {field} {value:?}"));
        let actor_id = self.actor.id.as_deref().map(|id| UserId::parse(id).map_err(|_| unknown("actor", id)));
        let ip = self.actor.ip.as_deref().map(|ip| ip.parse().map_err(|_| unknown("address", ip)));
        let changes = self.changes.into_iter().map(|(name, value)| (name, value.into())).collect::<Changes>();
        Ok(AuditEvent {
            id: EventId::parse(&self.id).map_err(|_| unknown("id", &self.id))?,
            at: self.at.parse().map_err(|_| unknown("time", &self.at))?,
            action: AuditAction {
                kind: ActionType::parse(&self.action).ok_or_else(|| unknown("action", &self.action))?,
                outcome: Outcome::parse(&self.outcome).ok_or_else(|| unknown("outcome", &self.outcome))?,
                actor: Actor { id: actor_id.transpose()?, email: self.actor.email.as_deref().map(Email::from_stored) },
                target: Target {
                    kind: TargetType::parse(&self.target.r#type)
                        .ok_or_else(|| unknown("target", &self.target.r#type))?,
                    id: self.target.id,
                },
                changes,
            },
            source: RequestSource {
                ip: ip.transpose()?,
                user_agent: self.actor.user_agent,
                request_id: self.request_id,
            },
        })
    }
}

impl From<MessageScalar> for Scalar {
    fn from(scalar: MessageScalar) -> Self {
        match scalar {
            MessageScalar::Text(text) => Self::Text(text),
            MessageScalar::Flag(flag) => Self::Flag(flag),
            MessageScalar::Number(number) => Self::Number(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{domain::Role, random::Random};

    fn event() -> AuditEvent {
        let at = Timestamp::from_millisecond(1_800_000_000_123).unwrap();
        let random = Random::system();
        let (admin, account) = (UserId::new(at, &random), UserId::new(at, &random));
        let action = AuditAction::user_changed(admin, account, Some(Role::Admin), Some(false));
        let user_agent = Some("a \"quoted\",\u{2028}\u{ffff}\u{1f600}agent".to_owned());
        let source = RequestSource { ip: Some([192, 0, 2, 1].into()), user_agent, request_id: "r-1".to_owned() };
        AuditEvent { id: EventId::new(at, &random), at, action, source }
    }

    #[test]
    fn an_encoded_event_is_decoded_unchanged() {
        let event = event();
        assert!(encode(&event).is_ascii());
        assert_eq!(decode(&encode(&event)), Ok(event));
    }

    #[test]
    fn invalid_messages_are_rejected() {
        let good: serde_json::Value = serde_json::from_str(&encode(&event())).unwrap();
        let changed = |path: &str, value: serde_json::Value| {
            let mut bad = good.clone();
            *bad.pointer_mut(path).unwrap() = value;
            bad.to_string()
        };
        let bad = [
            String::new(),
            "{".to_owned(),
            "null".to_owned(),
            "{}".to_owned(),
            " ".repeat(MAX_BYTES + 1),
            changed("/version", 2.into()),
            changed("/event/id", "1".into()),
            changed("/event/at", "yesterday".into()),
            changed("/event/action", "auth.unheard_of".into()),
            changed("/event/outcome", "maybe".into()),
            changed("/event/target/type", "thing".into()),
            changed("/event/actor/id", "1".into()),
            changed("/event/actor/ip", "here".into()),
            changed("/event/actor", serde_json::json!({"password": "x"})),
            changed("/event/changes", serde_json::json!({"title": {"nested": 1}})),
        ];
        for text in bad {
            assert!(decode(&text).is_err(), "{text}");
        }
    }
}
