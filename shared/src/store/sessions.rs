use super::{
    Error, Table,
    attributes::{Attributes, ItemWriter},
    keys::{self, EXPIRES_AT, PK, SK},
};
use crate::domain::Session;

/// Sign-ins. An expired session is expired when the clock says so; TTL only tidies up.
#[derive(Debug, Clone)]
pub struct Sessions(Table);

impl Sessions {
    /// The sessions in a table.
    #[must_use]
    pub const fn new(table: Table) -> Self {
        Self(table)
    }

    /// Stores a new session.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn create(&self, session: &Session) -> Result<(), Error> {
        let put = self.0.client.put_item().table_name(&self.0.name).set_item(Some(session_item(session)));
        let put = put.condition_expression("attribute_not_exists(pk)");
        put.send().await.map(drop).map_err(Error::from_sdk)
    }
}

fn session_item(session: &Session) -> Attributes {
    ItemWriter::default()
        .text(PK, keys::user(session.user_id))
        .text(SK, keys::session(session.id))
        .bytes("refresh_hash", &session.refresh_hash)
        .time("created_at", session.created_at)
        .time("last_used_at", session.last_used_at)
        .time("refresh_expires_at", session.refresh_expires_at)
        .number(EXPIRES_AT, session.expires_at.as_second().into())
        .text_if_some("ip", session.ip.map(|ip| ip.to_string()))
        .text_if_some("user_agent", session.user_agent.as_deref())
        .finish()
}
