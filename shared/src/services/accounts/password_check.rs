use crate::{
    audit::Audit,
    auth::{Hasher, Match},
    clock::Clock,
    domain::{Act, Credential, Email, Error, Origin, Password, UserId},
    store::{Guess, Users},
};

/// Compares a password with an account's, under the rules for guessing: an unknown, a shut and a backing-off account cost
/// what any other costs and get the same answer, and a wrong password counts. Each refusal goes to the audit trail.
///
/// DynamoDB: one read before the hash; one write after it when the password is refused, beside the call of SQS.
#[derive(Debug, Clone)]
pub struct PasswordCheck {
    users: Users,
    hasher: Hasher,
    clock: Clock,
    audit: Audit,
}

/// An account whose password was right a moment ago.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The account as it was read.
    pub credential: Credential,
    /// Its hash should be made anew.
    pub is_dated: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
enum Asker {
    /// Somebody who wants to sign in.
    Stranger,
    /// The owner of one of the account's sessions.
    Owner(UserId),
}

/// What a shut account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shut {
    Refused,
    Admitted,
}

impl PasswordCheck {
    /// Checks against `users` with `hasher`.
    #[must_use]
    pub const fn new(users: Users, hasher: Hasher, clock: Clock, audit: Audit) -> Self {
        Self { users, hasher, clock, audit }
    }

    /// The account with this address, if the password is right and the account is open.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn by_email(&self, email: &Email, password: Password, origin: &Origin) -> Result<Checked, Error> {
        self.check(email, password, Shut::Refused, (Asker::Stranger, origin)).await
    }

    async fn check(
        &self,
        email: &Email,
        password: Password,
        shut: Shut,
        (asker, origin): (Asker, &Origin),
    ) -> Result<Checked, Error> {
        let credential = self.users.credential(email).await?;
        let account = credential.as_ref().map(|credential| credential.user_id);
        let stored = credential.as_ref().map(|credential| credential.password.clone());
        let matched = self.hasher.verify(password, stored).await?;
        // Decided only when the work is done, so that the time taken tells nothing.
        let (guess, reason) = match (credential, matched) {
            (None, _) => (Guess::Counts, "unknown account"),
            (Some(credential), _) if credential.failures.backs_off(self.clock.now()) => {
                (Guess::DoesNotCount, "account backs off")
            }
            (Some(_), Match::Wrong) => (Guess::Counts, "wrong password"),
            (Some(credential), _) if credential.disabled && shut == Shut::Refused => {
                (Guess::DoesNotCount, "account is shut")
            }
            (Some(credential), matched) => {
                return Ok(Checked { credential, is_dated: matched == Match::RightButDated });
            }
        };
        let refused = match asker {
            Asker::Stranger => Act::login_failed(email, account, reason),
            Asker::Owner(id) => Act::password_refused(id, reason),
        };
        let counting = self.users.count_failure(email, guess, self.clock.now());
        let (counted, recorded) = tokio::join!(counting, self.audit.note(refused, origin));
        counted.and(recorded)?;
        Err(Error::Unauthenticated(reason))
    }

    /// The account with this id, which is signed in already, if the password is right.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn by_id(&self, id: UserId, password: Password, origin: &Origin) -> Result<Checked, Error> {
        self.owned(id, password, Shut::Refused, origin).await
    }

    /// Like [`PasswordCheck::by_id`], but for an account that its owner has begun to delete, and which is shut because of
    /// that. Whoever is shut by an administrator has no session to ask with.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn owner(&self, id: UserId, password: Password, origin: &Origin) -> Result<Checked, Error> {
        self.owned(id, password, Shut::Admitted, origin).await
    }

    async fn owned(&self, id: UserId, password: Password, shut: Shut, origin: &Origin) -> Result<Checked, Error> {
        let user = self.users.get_user(id).await?.ok_or(Error::Unauthenticated("account gone"))?;
        self.check(&user.email, password, shut, (Asker::Owner(id), origin)).await
    }
}
