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
        transaction::{Outcome, TransactWrite},
    },
};

/// What a wrong password does to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// It was looked at and counts.
    Counts,
    /// The account was backing off and did not look at it. The write costs what the other one costs and does nothing, so
    /// that the time taken tells nothing.
    DoesNotCount,
}

impl Users {
    /// Signs an account in: stores the session and forgets the wrong passwords, if the account is still as it was read. A
    /// burst of guesses cannot profit from having read the account before each other's failures: the right one among them
    /// counts only while no failure was written since.
    ///
    /// `rehashed` replaces a dated password hash.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the account has changed, was disabled or is gone.
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
            .expression_attribute_values(":seen", n(credential.failures.count.into()))
            .expression_attribute_values(":hash", s(&credential.password.phc))
            .expression_attribute_values(":zero", n(0))
            .expression_attribute_values(":now", s(rfc3339(now)));
        let mut sets = String::from("SET failures = :zero, last_login_at = :now");
        let mut removes = String::from(" REMOVE last_failed_at");
        if let Some(password) = rehashed {
            sets += ", password_hash = :rehashed";
            update = update.expression_attribute_values(":rehashed", s(&password.phc));
            match &password.pepper {
                Some(pepper) => {
                    sets += ", pepper = :pepper";
                    update = update.expression_attribute_values(":pepper", s(pepper));
                }
                None => removes += ", pepper",
            }
        }
        let update = update.update_expression(sets + &removes).into_write()?;
        let put = self.0.transact_put_new(write_session(session))?;
        match self.0.transact(vec![update, put]).await? {
            Outcome::Done => Ok(()),
            Outcome::ConditionFailed(_) => Err(Error::Conflict),
        }
    }

    /// Counts a wrong password, atomically: none of many at once is lost. For an address without an account the write is
    /// sent too and does nothing.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn count_failure(&self, email: &Email, guess: Guess, now: Timestamp) -> Result<(), Error> {
        // A write that was refused was not made: it is tried again. One whose answer was lost is not, or one guess would count
        // as two.
        const ATTEMPTS: usize = 4;
        let mut outcome = self.try_count_failure(email, guess, now).await;
        for _ in 1..ATTEMPTS {
            match outcome {
                Err(Error::Throttled(_)) => outcome = self.try_count_failure(email, guess, now).await,
                _ => break,
            }
        }
        outcome
    }

    async fn try_count_failure(&self, email: &Email, guess: Guess, now: Timestamp) -> Result<(), Error> {
        let condition = match guess {
            Guess::Counts => "attribute_exists(pk)",
            Guess::DoesNotCount => "attribute_exists(pk) AND attribute_not_exists(user_id)",
        };
        let update = self
            .0
            .update(credential_key(email))
            .condition_expression(condition)
            .update_expression("SET last_failed_at = :now ADD failures :one")
            .expression_attribute_values(":now", s(rfc3339(now)))
            .expression_attribute_values(":one", n(1));
        match update.customize().config_override(client::once()).send().await.map_err(Error::from_sdk) {
            Ok(_) | Err(Error::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Replaces the password, if the account is still as it was read: of a burst of guesses none profits from having read it
    /// before each other's failures.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has changed in the meantime.
    pub async fn change_password(&self, credential: &Credential, password: &StoredPassword) -> Result<(), Error> {
        let update = self
            .0
            .update(credential_key(&credential.email))
            .condition_expression("password_hash = :seen AND failures = :failures AND disabled = :false")
            .expression_attribute_values(":seen", s(&credential.password.phc))
            .expression_attribute_values(":failures", n(credential.failures.count.into()))
            .expression_attribute_values(":false", AttributeValue::Bool(false))
            .expression_attribute_values(":hash", s(&password.phc))
            .expression_attribute_values(":zero", n(0));
        let sets = "SET password_hash = :hash, failures = :zero";
        let update = match &password.pepper {
            Some(pepper) => update
                .update_expression(format!("{sets}, pepper = :pepper REMOVE last_failed_at"))
                .expression_attribute_values(":pepper", s(pepper)),
            None => update.update_expression(format!("{sets} REMOVE last_failed_at, pepper")),
        };
        update.send().await.map(drop).map_err(Error::from_sdk)
    }
}
