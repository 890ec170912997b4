//! An event as the table has it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::super::{
    Error,
    attributes::{Attributes, ItemReader, ItemWriter, n, s},
    keys::{self, AUDIT_SHARD, EVENT_PREFIX, EXPIRES_AT, PK, SK},
};
use crate::domain::{
    Act, Action, Actor, AuditEvent, Changes, Email, EventId, Origin, Outcome, Scalar, Target, TargetType, UserId,
};

/// The event in the trail that it belongs to and in the index of all.
pub(super) fn write(event: &AuditEvent, expires_at: Timestamp) -> Attributes {
    let trail = event.trail().map_or_else(|| keys::nobodys_trail(event.id), keys::trail);
    let mut item = of(event, trail, expires_at);
    item.insert(AUDIT_SHARD.to_owned(), s(keys::audit_shard(keys::shard_of(event.id))));
    item
}

/// The event in the trail of the account that an administrator has done something to.
pub(super) fn copy(event: &AuditEvent, expires_at: Timestamp) -> Option<Attributes> {
    event.other_trail().map(|account| of(event, keys::trail(account), expires_at))
}

fn of(event: &AuditEvent, trail: String, expires_at: Timestamp) -> Attributes {
    let AuditEvent { id, at, act, origin } = event;
    let mut item = ItemWriter::default()
        .text(PK, trail)
        .text(SK, keys::event(*id))
        .time("at", *at)
        .text("action", act.action.as_str())
        .text("outcome", act.outcome.as_str())
        .text_if_some("actor_id", act.actor.id.map(|id| id.to_string()))
        .text_if_some("actor_email", act.actor.email.as_ref().map(Email::as_str))
        .text_if_some("ip", origin.ip.map(|ip| ip.to_string()))
        .text_if_some("user_agent", origin.user_agent.as_deref())
        .text("target_type", act.target.kind.as_str())
        .text_if_some("target_id", act.target.id.as_deref())
        .text("request_id", &origin.request_id)
        .number(EXPIRES_AT, expires_at.as_second().into())
        .finish();
    if !act.changes.is_empty() {
        let changes = act.changes.iter().map(|(name, value)| (name.clone(), write_scalar(value)));
        item.insert("changes".to_owned(), AttributeValue::M(changes.collect()));
    }
    item
}

pub(super) fn read(item: &Attributes) -> Result<AuditEvent, Error> {
    let reader = ItemReader(item);
    let unknown = |what: &str| Error::Corrupt(format!("unknown {what}"));
    let action = Action::parse(reader.text("action")?).ok_or_else(|| unknown("action"))?;
    let outcome = Outcome::parse(reader.text("outcome")?).ok_or_else(|| unknown("outcome"))?;
    let kind = TargetType::parse(reader.text("target_type")?).ok_or_else(|| unknown("target_type"))?;
    let ip = reader.text_if_there("ip").map(str::parse).transpose();
    let changes = match item.get("changes") {
        Some(AttributeValue::M(changes)) => read_changes(changes)?,
        _ => Changes::new(),
    };
    Ok(AuditEvent {
        id: EventId::parse(reader.text_after(SK, EVENT_PREFIX)?)?,
        at: reader.time("at")?,
        act: Act {
            action,
            outcome,
            actor: Actor {
                id: reader.text_if_there("actor_id").map(UserId::parse).transpose()?,
                email: reader.text_if_there("actor_email").map(Email::from_stored),
            },
            target: Target { kind, id: reader.text_if_there("target_id").map(str::to_owned) },
            changes,
        },
        origin: Origin {
            ip: ip.map_err(|_| unknown("ip"))?,
            user_agent: reader.text_if_there("user_agent").map(str::to_owned),
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
    changes.iter().map(read).collect::<Option<_>>().ok_or_else(|| Error::Corrupt("changes hold no scalar".to_owned()))
}
