//! Changes of roles, and the rule that at least one enabled administrator remains.
//!
//! An item counts the enabled administrators. Every transaction that adds or removes one updates
//! the count. Removing one has the condition that another remains, so two administrators who demote
//! each other concurrently cannot both succeed.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{Users, credential_key, profile_key};
use crate::{
    domain::{self, Role, User, UserId},
    store::{
        Error, OutboxEntry, OutboxState,
        attributes::{Attributes, n, primary_key, s},
        keys,
        transaction::{TransactWrite, TransactionOutcome},
    },
};

/// A change of an account. An absent field stays unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountChanges {
    /// The new role.
    pub role: Option<Role>,
    /// `true` disables the account, `false` enables it.
    pub disabled: Option<bool>,
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUpdate {
    /// The account after the change.
    pub user: User,
    /// The state of the audit entry. It is not stored when nothing changed.
    pub outbox: OutboxState,
}

/// The index of the write that counts administrators in the transaction.
const COUNT_INDEX: usize = 2;
/// The number of attempts when another request changes the account in the meantime.
const ATTEMPTS: usize = 5;

impl Users {
    /// Changes the role of an account, or enables or disables it. Returns the changed account, or
    /// `None` when it does not exist.
    ///
    /// The caller revokes the account's sessions afterwards: from then on, no session can start
    /// with the previous role.
    ///
    /// If `expected` is given, the account must be equal to it. `audit_entry` is stored in the
    /// transaction of the change, and not at all when nothing changes.
    ///
    /// # Errors
    /// [`domain::Error::LastAdmin`] when no enabled administrator would remain;
    /// [`domain::Error::PreconditionFailed`] when the account differs from `expected`;
    /// [`domain::Error::Overloaded`] when other requests change it repeatedly.
    pub async fn update(
        &self,
        id: UserId,
        changes: AccountChanges,
        expected: Option<&User>,
        audit_entry: Option<&OutboxEntry>,
    ) -> Result<Option<AccountUpdate>, domain::Error> {
        for _ in 0..ATTEMPTS {
            let Some(before) = self.get(id).await? else { return Ok(None) };
            if expected.is_some_and(|expected| *expected != before) {
                return Err(domain::Error::PreconditionFailed);
            }
            let after = User {
                role: changes.role.unwrap_or(before.role),
                disabled: changes.disabled.unwrap_or(before.disabled),
                ..before.clone()
            };
            if after == before {
                return Ok(Some(AccountUpdate { user: after, outbox: OutboxState::NotStored }));
            }
            let mut writes = vec![self.change_item(profile_key(id), &before, &after)?];
            writes.push(self.change_item(credential_key(&before.email), &before, &after)?);
            writes.extend(self.count_admins(&before, &after)?);
            let outbox = audit_entry.map_or(OutboxState::NotStored, |_| OutboxState::Stored);
            writes.extend(audit_entry.map(|entry| self.0.transact_put_outbox(entry)).transpose()?);
            match self.0.transact(writes).await? {
                TransactionOutcome::Committed => return Ok(Some(AccountUpdate { user: after, outbox })),
                TransactionOutcome::ConditionFailed(failed) if failed == [COUNT_INDEX] => {
                    return Err(domain::Error::LastAdmin);
                }
                // Another request changed the account: read it again.
                TransactionOutcome::ConditionFailed(_) => {}
            }
        }
        Err(domain::Error::Overloaded)
    }

    fn change_item(&self, key: Attributes, before: &User, after: &User) -> Result<TransactWriteItem, Error> {
        self.0
            .transact_update(key)
            .condition_expression("#role = :role_before AND disabled = :disabled_before")
            .update_expression("SET #role = :role, disabled = :disabled")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role_before", s(before.role.as_str()))
            .expression_attribute_values(":disabled_before", AttributeValue::Bool(before.disabled))
            .expression_attribute_values(":role", s(after.role.as_str()))
            .expression_attribute_values(":disabled", AttributeValue::Bool(after.disabled))
            .into_write()
    }

    /// The write that updates the number of enabled administrators. `None` when it does not change.
    fn count_admins(&self, before: &User, after: &User) -> Result<Option<TransactWriteItem>, Error> {
        let key = primary_key(keys::ADMINS, keys::ENABLED);
        let update = self
            .0
            .transact_update(key)
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", n(1));
        match (is_enabled_admin(before), is_enabled_admin(after)) {
            (false, true) => update.update_expression("ADD #count :one").into_write().map(Some),
            (true, false) => update
                .condition_expression("#count > :one")
                .update_expression("SET #count = #count - :one")
                .into_write()
                .map(Some),
            _ => Ok(None),
        }
    }
}

fn is_enabled_admin(user: &User) -> bool {
    user.role == Role::Admin && !user.disabled
}
