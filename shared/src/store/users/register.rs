use jiff::SignedDuration;

use super::{Users, credential_key, read_credential, write_credential, write_profile};
use crate::{
    domain::{IdempotencyKey, StoredPassword, User},
    store::{
        Error, OutboxEntry,
        attributes::{ItemReader, s},
        transaction::TransactionOutcome,
    },
};

/// The time during which a repeated registration returns the first response.
const IDEMPOTENCY_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The attribute of the credential that holds the idempotency key of the registration.
const REQUEST_KEY: &str = "request_key";

/// The result of a registration.
#[derive(Debug)]
pub enum Registration {
    /// The account was created.
    Created,
    /// An earlier request with the same idempotency key registered the address. It is a replay if
    /// the password is the same too, which the caller has to verify.
    MaybeReplayed {
        /// The account.
        user: User,
        /// The password of the account.
        password: StoredPassword,
    },
    /// The address already has an account.
    EmailTaken,
}

impl Users {
    /// Creates an account. Profile, credential and audit event are written in one transaction. The
    /// credential stores the idempotency key, so no separate record is needed.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn create(
        &self,
        user: &User,
        password: &StoredPassword,
        key: Option<&IdempotencyKey>,
        audit_entry: &OutboxEntry,
    ) -> Result<Registration, Error> {
        let mut credential = write_credential(user, password);
        credential.extend(key.map(|key| (REQUEST_KEY.to_owned(), s(key.as_str()))));
        let profile = self.0.transact_put_new(write_profile(user))?;
        let writes = vec![self.0.transact_put_new(credential)?, profile, self.0.transact_put_outbox(audit_entry)?];
        match self.0.transact(writes).await? {
            TransactionOutcome::Committed => Ok(Registration::Created),
            TransactionOutcome::ConditionFailed(_) => self.existing_account(user, key).await,
        }
    }

    /// The result when the address has an account.
    async fn existing_account(&self, user: &User, key: Option<&IdempotencyKey>) -> Result<Registration, Error> {
        let Some(item) = self.0.get(credential_key(&user.email)).await? else { return Ok(Registration::EmailTaken) };
        let credential = read_credential(&item)?;
        if credential.user_id == user.id {
            // The transaction succeeded, but its response was lost, and the SDK retried it.
            return Ok(Registration::Created);
        }
        let stored_key = ItemReader(&item).optional_text(REQUEST_KEY);
        if key.is_none_or(|key| stored_key != Some(key.as_str())) {
            return Ok(Registration::EmailTaken);
        }
        let profile = self.get(credential.user_id).await?;
        let is_recent = |profile: &User| user.created_at.duration_since(profile.created_at) < IDEMPOTENCY_LIFETIME;
        Ok(match profile.filter(is_recent) {
            Some(user) => Registration::MaybeReplayed { user, password: credential.password },
            None => Registration::EmailTaken,
        })
    }
}
