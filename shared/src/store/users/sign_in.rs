use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{Users, credential_key};
use crate::{
    domain::{Credential, Email, Session, StoredPassword, rfc3339},
    store::{
        Error,
        attributes::{n, s},
        client,
        sessions::write_session,
        transaction::{TransactWrite, TransactionOutcome},
    },
};

/// The effect of a rejected password on the lockout of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedAttempt {
    /// The password was wrong and counts.
    Counted,
    /// The password does not count, for example because the account is locked. A write without
    /// effect is sent all the same, so that the response time does not reveal the difference.
    Ignored,
}

impl Users {
    /// Signs an account in: stores the session and resets the lockout, if the account is unchanged
    /// since it was read.
    ///
    /// The condition includes the number of failed attempts. Of many concurrent guesses, a correct
    /// one succeeds only if no failure was written since the account was read, so concurrency does
    /// not bypass the lockout.
    ///
    /// `rehashed` replaces an outdated password hash.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the account was changed, disabled or deleted.
    pub async fn sign_in(
        &self,
        credential: &Credential,
        session: &Session,
        rehashed: Option<&StoredPassword>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let condition =
            "user_id = :id AND disabled = :false AND failures = :seen AND password_hash = :hash AND #role = :role";
        let mut update = self
            .0
            .transact_update(credential_key(&credential.email))
            .condition_expression(condition)
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role", s(credential.role.as_str()))
            .expression_attribute_values(":id", s(credential.user_id.to_string()))
            .expression_attribute_values(":false", AttributeValue::Bool(false))
            .expression_attribute_values(":seen", n(credential.lockout.failed_attempts.into()))
            .expression_attribute_values(":hash", s(&credential.password.phc))
            .expression_attribute_values(":zero", n(0))
            .expression_attribute_values(":now", s(rfc3339(now)));
        let mut assignments = String::from("SET failures = :zero, last_login_at = :now");
        let mut removals = String::from(" REMOVE last_failed_at");
        if let Some(password) = rehashed {
            assignments += ", password_hash = :rehashed";
            update = update.expression_attribute_values(":rehashed", s(&password.phc));
            match &password.pepper {
                Some(pepper) => {
                    assignments += ", pepper = :pepper";
                    update = update.expression_attribute_values(":pepper", s(pepper));
                }
                None => removals += ", pepper",
            }
        }
        let update = update.update_expression(assignments + &removals).into_write()?;
        let put = self.0.transact_put_new(write_session(session))?;
        match self.0.transact(vec![update, put]).await? {
            TransactionOutcome::Committed => Ok(()),
            TransactionOutcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    /// Counts a wrong password atomically, so concurrent attempts are all counted. The write is
    /// also sent for an address without an account, where it has no effect.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn record_failed_attempt(
        &self,
        email: &Email,
        attempt: FailedAttempt,
        now: Timestamp,
    ) -> Result<(), Error> {
        // A throttled write was not made and is retried. A write with a lost response may have
        // been made and is not retried, because one attempt would count twice.
        const ATTEMPTS: usize = 4;
        let mut result = self.try_record_failed_attempt(email, attempt, now).await;
        for _ in 1..ATTEMPTS {
            match result {
                Err(Error::Throttled(_)) => result = self.try_record_failed_attempt(email, attempt, now).await,
                _ => break,
            }
        }
        result
    }

    async fn try_record_failed_attempt(
        &self,
        email: &Email,
        attempt: FailedAttempt,
        now: Timestamp,
    ) -> Result<(), Error> {
        let condition = match attempt {
            FailedAttempt::Counted => "attribute_exists(pk)",
            FailedAttempt::Ignored => "attribute_exists(pk) AND attribute_not_exists(user_id)",
        };
        let update = self
            .0
            .update(credential_key(email))
            .condition_expression(condition)
            .update_expression("SET last_failed_at = :now ADD failures :one")
            .expression_attribute_values(":now", s(rfc3339(now)))
            .expression_attribute_values(":one", n(1));
        match update.customize().config_override(client::without_retries()).send().await.map_err(Error::from_sdk) {
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Replaces the password if the account is unchanged since it was read. As in
    /// [`Users::sign_in`], concurrent guesses do not bypass the lockout.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the account was changed in the meantime.
    pub async fn change_password(&self, credential: &Credential, password: &StoredPassword) -> Result<(), Error> {
        let update = self
            .0
            .update(credential_key(&credential.email))
            .condition_expression("password_hash = :seen AND failures = :failures AND disabled = :false")
            .expression_attribute_values(":seen", s(&credential.password.phc))
            .expression_attribute_values(":failures", n(credential.lockout.failed_attempts.into()))
            .expression_attribute_values(":false", AttributeValue::Bool(false))
            .expression_attribute_values(":hash", s(&password.phc))
            .expression_attribute_values(":zero", n(0));
        let assignments = "SET password_hash = :hash, failures = :zero";
        let update = match &password.pepper {
            Some(pepper) => update
                .update_expression(format!("{assignments}, pepper = :pepper REMOVE last_failed_at"))
                .expression_attribute_values(":pepper", s(pepper)),
            None => update.update_expression(format!("{assignments} REMOVE last_failed_at, pepper")),
        };
        update.send().await.map(drop).map_err(Error::from_sdk)
    }
}
