use aws_sdk_dynamodb::types::{AttributeValue, builders::DeleteBuilder};

use super::{Users, credential_key, profile_key};
use crate::{
    domain::{SessionId, User},
    store::{
        Error, OutboxEntry,
        attributes::s,
        sessions::session_key,
        transaction::{TransactWrite, TransactionOutcome},
    },
};

impl Users {
    /// Deletes the rest of an account: profile, credential and the owner's last session. All other
    /// data must be deleted before. The audit event is stored in the same transaction.
    ///
    /// # Errors
    /// [`Error::Conflict`]:
    /// - when the account was enabled in the meantime, because deleting an enabled administrator
    ///   would skip the count of administrators;
    /// - when it is already deleted, so that the deletion is audited once;
    /// - when the address belongs to another account by now.
    pub async fn delete(
        &self,
        user: &User,
        last_session: Option<SessionId>,
        audit_entry: &OutboxEntry,
    ) -> Result<(), Error> {
        let with_true = |delete: DeleteBuilder| delete.expression_attribute_values(":true", AttributeValue::Bool(true));
        let profile = with_true(self.0.transact_delete(profile_key(user.id))).condition_expression("disabled = :true");
        let credential = with_true(self.0.transact_delete(credential_key(&user.email)))
            .condition_expression("attribute_not_exists(pk) OR (user_id = :id AND disabled = :true)")
            .expression_attribute_values(":id", s(user.id.to_string()));
        let session = last_session.map(|session| self.0.transact_delete(session_key(user.id, session)));
        let deletes = [profile, credential].into_iter().chain(session).map(TransactWrite::into_write);
        let mut writes = deletes.collect::<Result<Vec<_>, _>>()?;
        writes.push(self.0.transact_put_outbox(audit_entry)?);
        match self.0.transact(writes).await? {
            TransactionOutcome::Committed => Ok(()),
            TransactionOutcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }
}
