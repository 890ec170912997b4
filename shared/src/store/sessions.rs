//! Sessions. The table is authoritative; Redis holds short-lived copies.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use super::{
    Error, Table,
    attributes::{Attributes, ItemReader, ItemWriter, blob, primary_key, s},
    client,
    keys::{self, EXPIRES_AT, PK, SESSION_PREFIX, SK},
};
use crate::domain::{Session, SessionId, UserId, rfc3339};

/// A handle to the sessions of all accounts. An access token is valid only while its session is
/// stored.
///
/// Callers compare expiry times with the clock: DynamoDB deletes expired sessions by TTL, but with
/// a delay.
#[derive(Debug, Clone)]
pub struct Sessions(Table);

impl Sessions {
    /// Creates a handle to the sessions in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Returns a session of a user. Strongly consistent: a session that was just deleted is `None`.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn get(&self, user: UserId, id: SessionId) -> Result<Option<Session>, Error> {
        let item = self.0.get(session_key(user, id)).await?;
        item.as_ref().map(|item| read_session(user, item)).transpose()
    }

    /// Returns all sessions of a user, oldest first.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn list(&self, user: UserId) -> Result<Vec<Session>, Error> {
        let mut items = self.query(user).into_paginator().items().send();
        let mut sessions = Vec::new();
        while let Some(item) = items.next().await {
            sessions.push(read_session(user, &item.map_err(Error::from_sdk)?)?);
        }
        Ok(sessions)
    }

    fn query(&self, user: UserId) -> QueryFluentBuilder {
        self.0.query_prefix(keys::user(user), SESSION_PREFIX)
    }

    /// Replaces the refresh token of a session if the session is unchanged since it was read. Of
    /// two requests that read the same state, one succeeds. Only the changed attributes are
    /// written, so attributes of another release remain.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the session was changed or deleted in the meantime.
    pub async fn rotate(&self, before: &Session, after: &Session) -> Result<(), Error> {
        let mut update = self
            .0
            .update(session_key(before.user_id, before.id))
            .condition_expression("refresh_hash = :before")
            .expression_attribute_values(":before", blob(&before.refresh_hash))
            .expression_attribute_values(":next", blob(&after.refresh_hash))
            .expression_attribute_values(":now", s(rfc3339(after.last_used_at)))
            .expression_attribute_values(":until", s(rfc3339(after.refresh_expires_at)));
        let mut assignments =
            String::from("SET refresh_hash = :next, last_used_at = :now, refresh_expires_at = :until");
        if let Some(previous) = &after.previous_hash {
            assignments += ", previous_hash = :previous";
            update = update.expression_attribute_values(":previous", blob(previous));
        }
        update.update_expression(assignments).send().await.map(drop).map_err(Error::from_sdk)
    }

    /// Deletes a session. Idempotent.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn delete(&self, user: UserId, id: SessionId) -> Result<(), Error> {
        let delete = self.0.delete(session_key(user, id));
        delete.send().await.map(drop).map_err(Error::from_sdk)
    }

    /// Deletes a session that must exist. Returns `None` when it does not.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn delete_existing(&self, user: UserId, id: SessionId) -> Result<Option<()>, Error> {
        let delete = self.0.delete(session_key(user, id));
        let delete = delete.condition_expression("attribute_exists(pk)");
        // Not retried: after a lost response, a retry could not distinguish its own deletion from a
        // session that never existed.
        match delete.customize().config_override(client::without_retries()).send().await.map_err(Error::from_sdk) {
            Ok(_) => Ok(Some(())),
            Err(Error::Conflict) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the ids of all sessions of a user. It reads only keys, so a corrupt session can
    /// still be deleted.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn ids(&self, user: UserId) -> Result<Vec<SessionId>, Error> {
        let mut items = self.query(user).projection_expression("pk, sk").into_paginator().items().send();
        let mut ids = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(Error::from_sdk)?;
            ids.push(SessionId::parse(ItemReader(&item).text_after(SK, SESSION_PREFIX)?)?);
        }
        Ok(ids)
    }

    /// Deletes these sessions of a user.
    ///
    /// # Errors
    /// The table is unavailable. Some sessions may be deleted; calling again deletes the rest.
    pub async fn delete_many(&self, user: UserId, ids: &[SessionId]) -> Result<(), Error> {
        self.0.batch_delete(ids.iter().map(|id| session_key(user, *id))).await
    }
}

pub(super) fn session_key(user: UserId, id: SessionId) -> Attributes {
    primary_key(keys::user(user), keys::session(id))
}

pub(super) fn write_session(session: &Session) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::user(session.user_id))
        .text(SK, keys::session(session.id))
        .bytes("refresh_hash", &session.refresh_hash)
        .optional_bytes("previous_hash", session.previous_hash.as_ref())
        .time("created_at", session.created_at)
        .time("last_used_at", session.last_used_at)
        .time("refresh_expires_at", session.refresh_expires_at)
        .number(EXPIRES_AT, session.expires_at.as_second().into())
        .optional_text("ip", session.ip.map(|ip| ip.to_string()))
        .optional_text("user_agent", session.user_agent.as_deref())
        .finish()
}

fn read_session(user_id: UserId, item: &Attributes) -> Result<Session, Error> {
    let item = ItemReader(item);
    let ip = item.optional_text("ip").map(str::parse).transpose();
    Ok(Session {
        id: SessionId::parse(item.text_after(SK, SESSION_PREFIX)?)?,
        user_id,
        refresh_hash: item.hash("refresh_hash")?,
        previous_hash: item.optional_hash("previous_hash")?,
        created_at: item.time("created_at")?,
        last_used_at: item.time("last_used_at")?,
        refresh_expires_at: item.time("refresh_expires_at")?,
        expires_at: item.seconds(EXPIRES_AT)?,
        ip: ip.map_err(|_| Error::Corrupt("ip is not an IP address".to_owned()))?,
        user_agent: item.optional_text("user_agent").map(str::to_owned),
    })
}
