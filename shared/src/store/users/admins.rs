//! Roles, and the rule that one enabled administrator is always left.
//!
//! The number of enabled administrators stands in an item of its own, and every transaction that changes who is one changes
//! the number. Taking one away has the condition that another is left: two administrators who demote each other at the same
//! moment cannot both succeed.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{Users, credential_key, profile_key};
use crate::{
    domain::{self, Role, User, UserId},
    store::{
        Error, OutboxEntry, OutboxState,
        attributes::{Attributes, n, primary_key, s},
        keys,
        transaction::{Outcome, TransactWrite},
    },
};

/// What an administrator asks for; what is absent stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountChanges {
    /// Another role.
    pub role: Option<Role>,
    /// Shut or open.
    pub disabled: Option<bool>,
}

/// An account after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The account.
    pub user: User,
    /// Whether the transaction also stored the audit entry. It does not when nothing changed.
    pub outbox: OutboxState,
}

/// The place of the write that counts administrators in the transaction of a change.
const COUNT: usize = 2;
/// How often a change is tried anew when somebody else changed the account in the meantime.
const ATTEMPTS: usize = 5;

impl Users {
    /// Changes an account's role or shuts it, and gives it as it is afterwards. Its sessions are the caller's to end, after
    /// this: from then on none can begin with what was.
    ///
    /// `expected` is the account as the caller knows it, when it must still be so. `audit_entry` is stored with the change; when
    /// nothing changes, nothing is.
    ///
    /// # Errors
    /// [`domain::Error::LastAdmin`] when no enabled administrator would be left; [`domain::Error::PreconditionFailed`] when
    /// the account is not as expected.
    pub async fn change(
        &self,
        id: UserId,
        changes: AccountChanges,
        expected: Option<&User>,
        audit_entry: Option<&OutboxEntry>,
    ) -> Result<Option<Changed>, domain::Error> {
        for _ in 0..ATTEMPTS {
            let Some(before) = self.get_user(id).await? else { return Ok(None) };
            if expected.is_some_and(|expected| *expected != before) {
                return Err(domain::Error::PreconditionFailed);
            }
            let after = User {
                role: changes.role.unwrap_or(before.role),
                disabled: changes.disabled.unwrap_or(before.disabled),
                ..before.clone()
            };
            if after == before {
                return Ok(Some(Changed { user: after, outbox: OutboxState::NotStored }));
            }
            let mut writes = vec![self.change_item(profile_key(id), &before, &after)?];
            writes.push(self.change_item(credential_key(&before.email), &before, &after)?);
            writes.extend(self.count_admins(is_admin(&before), is_admin(&after))?);
            let outbox = audit_entry.map_or(OutboxState::NotStored, |_| OutboxState::Stored);
            writes.extend(audit_entry.map(|entry| self.0.transact_put_outbox(entry)).transpose()?);
            match self.0.transact(writes).await? {
                Outcome::Done => return Ok(Some(Changed { user: after, outbox })),
                Outcome::ConditionFailed(failed) if failed == [COUNT] => return Err(domain::Error::LastAdmin),
                // Somebody else changed the account: look again.
                Outcome::ConditionFailed(_) => {}
            }
        }
        Err(domain::Error::Overloaded)
    }

    fn change_item(&self, key: Attributes, before: &User, after: &User) -> Result<TransactWriteItem, Error> {
        self
            .0
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

    /// The write that keeps the number of enabled administrators, when it changes.
    pub(super) fn count_admins(&self, before: bool, after: bool) -> Result<Option<TransactWriteItem>, Error> {
        let key = primary_key(keys::ADMINS, keys::ENABLED);
        let update = self
            .0
            .transact_update(key)
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", n(1));
        match (before, after) {
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

pub(super) fn is_admin(user: &User) -> bool {
    user.role == Role::Admin && !user.disabled
}
