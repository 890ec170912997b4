//! Conversion between events and DynamoDB items.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    super::{
        Error,
        attributes::{Attributes, ItemReader, ItemWriter, n, s},
        keys::{self, AUDIT_SHARD, EVENT_PREFIX, EXPIRES_AT, PK, SK},
    },
    ExpiringEvent,
};
use crate::domain::{
    ActionType, Actor, AuditAction, AuditEvent, Changes, Email, EventId, Outcome, RequestSource, Scalar, Target,
    TargetType, UserId,
};

/// The item in the trail of the event's owner. It also appears in the index of all events.
pub(super) fn write(stored: &ExpiringEvent) -> Attributes {
    let event = &stored.event;
    let trail = event.trail_owner().map_or_else(|| keys::anonymous_trail(event.id), keys::trail);
    let mut item = item_in_trail(stored, trail);
    item.insert(AUDIT_SHARD.to_owned(), s(keys::audit_shard(keys::shard_of(event.id))));
    item
}

/// The copy in the trail of the account that an administrator acted on.
pub(super) fn write_copy(stored: &ExpiringEvent) -> Option<Attributes> {
    stored.event.affected_account().map(|account| item_in_trail(stored, keys::trail(account)))
}

fn item_in_trail(stored: &ExpiringEvent, trail: String) -> Attributes {
    let ExpiringEvent { event: AuditEvent { id, at, action, source }, expires_at } = stored;
    let mut item = ItemWriter::default()
        .text(PK, trail)
        .text(SK, keys::event(*id))
        .time("at", *at)
        .text("action", action.kind.as_str())
        .text("outcome", action.outcome.as_str())
        .optional_text("actor_id", action.actor.id.map(|id| id.to_string()))
        .optional_text("actor_email", action.actor.email.as_ref().map(Email::as_str))
        .optional_text("ip", source.ip.map(|ip| ip.to_string()))
        .optional_text("user_agent", source.user_agent.as_deref())
        .text("target_type", action.target.kind.as_str())
        .optional_text("target_id", action.target.id.as_deref())
        .text("request_id", &source.request_id)
        .number(EXPIRES_AT, expires_at.as_second().into())
        .finish();
    if !action.changes.is_empty() {
        let changes = action.changes.iter().map(|(name, value)| (name.clone(), write_scalar(value)));
        item.insert("changes".to_owned(), AttributeValue::M(changes.collect()));
    }
    item
}

pub(super) fn read(item: &Attributes) -> Result<AuditEvent, Error> {
    let reader = ItemReader(item);
    let unknown = |attribute: &str| Error::Corrupt(format!("unknown {attribute}"));
    let action = ActionType::parse(reader.text("action")?).ok_or_else(|| unknown("action"))?;
    let outcome = Outcome::parse(reader.text("outcome")?).ok_or_else(|| unknown("outcome"))?;
    let kind = TargetType::parse(reader.text("target_type")?).ok_or_else(|| unknown("target_type"))?;
    let ip = reader.optional_text("ip").map(str::parse).transpose();
    let changes = match item.get("changes") {
        Some(AttributeValue::M(changes)) => read_changes(changes)?,
        _ => Changes::new(),
    };
    Ok(AuditEvent {
        id: EventId::parse(reader.text_after(SK, EVENT_PREFIX)?)?,
        at: reader.time("at")?,
        action: AuditAction {
            kind: action,
            outcome,
            actor: Actor {
                id: reader.optional_text("actor_id").map(UserId::parse).transpose()?,
                email: reader.optional_text("actor_email").map(Email::from_stored),
            },
            target: Target { kind, id: reader.optional_text("target_id").map(str::to_owned) },
            changes,
        },
        source: RequestSource {
            ip: ip.map_err(|_| unknown("ip"))?,
            user_agent: reader.optional_text("user_agent").map(str::to_owned),
            request_id: reader.text("request_id")?.to_owned(),
        },
    })
}

fn write_scalar(value: &Scalar) -> AttributeValue {
    match value {
        Scalar::Text(text) => s(text),
        Scalar::Flag(flag) => AttributeValue::Bool(*flag),
        Scalar::Number(number) => n(*number),
    }
}

fn read_changes(changes: &HashMap<String, AttributeValue>) -> Result<Changes, Error> {
    let scalar = |value: &AttributeValue| match value {
        AttributeValue::S(text) => Some(Scalar::Text(text.clone())),
        AttributeValue::Bool(flag) => Some(Scalar::Flag(*flag)),
        AttributeValue::N(number) => number.parse().ok().map(Scalar::Number),
        _ => None,
    };
    let read = |(name, value): (&String, &AttributeValue)| Some((name.clone(), scalar(value)?));
    changes.iter().map(read).collect::<Option<_>>().ok_or_else(|| Error::Corrupt("a change is not a scalar".to_owned()))
}
