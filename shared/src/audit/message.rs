//! The event as a message, versioned: what one version of a function sends, another one reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{
    Act, Action, Actor, AuditEvent, Changes, Email, EventId, Origin, Outcome, Scalar, Target, TargetType, UserId,
    rfc3339,
};

/// Grows with every change that an older reader would misread.
const VERSION: u32 = 1;
/// No event of ours comes near it, and an item of the table takes much more.
const LONGEST: usize = 16 * 1024;

/// A message that is no event of ours: bad bytes, a version or a word that this code does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an audit event: {0}")]
pub struct Unreadable(String);

#[derive(Serialize, Deserialize)]
struct Message {
    version: u32,
    event: Event,
}

/// Read first, so that an unknown version is named as such.
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

/// The message that says this event.
pub(super) fn write(event: &AuditEvent) -> String {
    let AuditEvent { id, at, act, origin } = event;
    let scalar = |value: &Scalar| match value {
        Scalar::Text(text) => MessageScalar::Text(text.clone()),
        Scalar::Flag(flag) => MessageScalar::Flag(*flag),
        Scalar::Number(number) => MessageScalar::Number(*number),
    };
    let event = Event {
        id: id.to_string(),
        at: rfc3339(*at),
        action: act.action.as_str().to_owned(),
        outcome: act.outcome.as_str().to_owned(),
        actor: MessageActor {
            id: act.actor.id.map(|id| id.to_string()),
            email: act.actor.email.as_ref().map(|email| email.as_str().to_owned()),
            ip: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.clone(),
        },
        target: MessageTarget { r#type: act.target.kind.as_str().to_owned(), id: act.target.id.clone() },
        changes: act.changes.iter().map(|(name, value)| (name.clone(), scalar(value))).collect(),
        request_id: origin.request_id.clone(),
    };
    // Strings, numbers and flags: there is nothing in it that JSON cannot say.
    in_ascii(&serde_json::to_string(&Message { version: VERSION, event }).unwrap_or_default())
}

/// The same JSON with everything beyond ASCII escaped, which can only stand inside of strings: SQS does not take every
/// character of Unicode.
fn in_ascii(json: &str) -> String {
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

/// The event that a message says.
pub(super) fn read(text: &str) -> Result<AuditEvent, Unreadable> {
    if text.len() > LONGEST {
        return Err(Unreadable(format!("{} bytes", text.len())));
    }
    let not_json = |error: serde_json::Error| Unreadable(error.to_string());
    let Versioned { version } = serde_json::from_str(text).map_err(not_json)?;
    if version != VERSION {
        return Err(Unreadable(format!("version {version}")));
    }
    let Message { event, .. } = serde_json::from_str(text).map_err(not_json)?;
    event.understood()
}

impl Event {
    fn understood(self) -> Result<AuditEvent, Unreadable> {
        let unknown = |what: &str, word: &str| Unreadable(format!("unknown {what} {word:?}"));
        let actor_id = self.actor.id.as_deref().map(|id| UserId::parse(id).map_err(|_| unknown("actor", id)));
        let ip = self.actor.ip.as_deref().map(|ip| ip.parse().map_err(|_| unknown("address", ip)));
        let changes = self.changes.into_iter().map(|(name, value)| (name, value.into())).collect::<Changes>();
        Ok(AuditEvent {
            id: EventId::parse(&self.id).map_err(|_| unknown("id", &self.id))?,
            at: self.at.parse().map_err(|_| unknown("time", &self.at))?,
            act: Act {
                action: Action::parse(&self.action).ok_or_else(|| unknown("action", &self.action))?,
                outcome: Outcome::parse(&self.outcome).ok_or_else(|| unknown("outcome", &self.outcome))?,
                actor: Actor { id: actor_id.transpose()?, email: self.actor.email.as_deref().map(Email::from_stored) },
                target: Target {
                    kind: TargetType::parse(&self.target.r#type)
                        .ok_or_else(|| unknown("target", &self.target.r#type))?,
                    id: self.target.id,
                },
                changes,
            },
            origin: Origin { ip: ip.transpose()?, user_agent: self.actor.user_agent, request_id: self.request_id },
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
        let act = Act::user_changed(admin, account, Some(Role::Admin), Some(false));
        let user_agent = Some("a \"quoted\",\u{2028}\u{ffff}\u{1f600}agent".to_owned());
        let origin = Origin { ip: Some([192, 0, 2, 1].into()), user_agent, request_id: "r-1".to_owned() };
        AuditEvent { id: EventId::new(at, &random), at, act, origin }
    }

    #[test]
    fn an_event_is_read_as_it_was_written() {
        let event = event();
        assert!(write(&event).is_ascii());
        assert_eq!(read(&write(&event)), Ok(event));
    }

    #[test]
    fn what_is_no_event_of_this_version_is_refused() {
        let good: serde_json::Value = serde_json::from_str(&write(&event())).unwrap();
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
            " ".repeat(LONGEST + 1),
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
            assert!(read(&text).is_err(), "{text}");
        }
    }
}
