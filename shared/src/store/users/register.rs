use jiff::SignedDuration;

use super::{Users, credential_key, read_credential, write_credential, write_profile};
use crate::{
    domain::{IdempotencyKey, StoredPassword, User},
    store::{
        Error, OutboxEntry,
        attributes::{Attributes, ItemReader, s},
        transaction::Outcome,
    },
};

/// How long a repeated registration gets the first answer.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// The idempotency key with which the account was registered.
const REQUEST_KEY: &str = "request_key";

/// What came of a registration.
#[derive(Debug)]
pub enum Registered {
    /// The account is there now.
    Created,
    /// The address has an account, which this very request may have made before: its idempotency key was the same. Whether
    /// the password was too, only a hash can tell.
    MaybeBefore(User, StoredPassword),
    /// The address has an account.
    Taken,
}

impl Users {
    /// Creates an account. Profile and credential stand in different partitions and must come to be together: a single
    /// conditional write is not enough. The credential remembers the idempotency key, so that nothing else has to.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn create(
        &self,
        user: &User,
        password: &StoredPassword,
        key: Option<&IdempotencyKey>,
        audit_entry: &OutboxEntry,
    ) -> Result<Registered, Error> {
        let mut credential = write_credential(user, password);
        credential.extend(key.map(|key| (REQUEST_KEY.to_owned(), s(key.as_str()))));
        let profile = self.0.transact_put_new(write_profile(user))?;
        let writes = vec![self.0.transact_put_new(credential)?, profile, self.0.transact_put_outbox(audit_entry)?];
        match self.0.transact(writes).await? {
            Outcome::Done => Ok(Registered::Created),
            Outcome::ConditionFailed(_) => self.registered_before(user, key).await,
        }
    }

    async fn registered_before(&self, user: &User, key: Option<&IdempotencyKey>) -> Result<Registered, Error> {
        let Some(item) = self.0.get(credential_key(&user.email)).await? else { return Ok(Registered::Taken) };
        let credential = read_credential(&item)?;
        if credential.user_id == user.id {
            // Our own: the answer of the transaction was lost, and the SDK repeated it.
            return Ok(Registered::Created);
        }
        let has_key =
            |item: &Attributes, key: &IdempotencyKey| ItemReader(item).optional_text(REQUEST_KEY) == Some(key.as_str());
        if !key.is_some_and(|key| has_key(&item, key)) {
            return Ok(Registered::Taken);
        }
        let profile = self.get_user(credential.user_id).await?;
        let young = profile.filter(|profile| user.created_at.duration_since(profile.created_at) < KEPT);
        Ok(young.map_or(Registered::Taken, |profile| Registered::MaybeBefore(profile, credential.password)))
    }
}
