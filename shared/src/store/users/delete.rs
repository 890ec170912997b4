use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, builders::DeleteBuilder};

use super::{Users, credential_key, profile_key};
use crate::{
    domain::{SessionId, User},
    store::{
        Error, OutboxEntry,
        attributes::{Attributes, s},
        sessions::session_key,
        transaction::Outcome,
    },
};

impl Users {
    /// Takes away what is left of an account whose data is gone already: profile, credential and its owner's last session,
    /// together, with the entry that tells of it.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the account was opened again in the meantime (then it may be an administrator again, and is
    /// not to be taken away uncounted), when it is gone (it is told of once), or when the address is another account's by
    /// now.
    pub async fn delete(&self, user: &User, last_session: Option<SessionId>, told: &OutboxEntry) -> Result<(), Error> {
        let shut = |delete: DeleteBuilder| delete.expression_attribute_values(":true", AttributeValue::Bool(true));
        let profile = shut(self.delete_item(profile_key(user.id))).condition_expression("disabled = :true");
        let credential = shut(self.delete_item(credential_key(&user.email)))
            .condition_expression("attribute_not_exists(pk) OR (user_id = :id AND disabled = :true)")
            .expression_attribute_values(":id", s(user.id.to_string()));
        let session = last_session.map(|session| self.delete_item(session_key(user.id, session)));
        let deletes = [profile, credential].into_iter().chain(session).map(part);
        let mut writes = deletes.collect::<Result<Vec<_>, _>>()?;
        writes.push(self.0.put_entry(told)?);
        match self.0.transact(writes).await? {
            Outcome::Done => Ok(()),
            Outcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    fn delete_item(&self, key: Attributes) -> DeleteBuilder {
        Delete::builder().table_name(&self.0.name).set_key(Some(key))
    }
}

fn part(delete: DeleteBuilder) -> Result<TransactWriteItem, Error> {
    Ok(TransactWriteItem::builder().delete(delete.build().map_err(Error::from_build)?).build())
}
