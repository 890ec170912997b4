use crate::{
    auth::{Hasher, Match},
    clock::Clock,
    domain::{Credential, Email, Error, Password, UserId},
    store::{Guess, Users},
};

/// Compares a password with an account's, under the rules for guessing: an unknown, a shut and a backing-off account cost
/// what any other costs and get the same answer, and a wrong password counts.
///
/// DynamoDB: one read before the hash; one write after it when the password is refused.
#[derive(Debug, Clone)]
pub struct PasswordCheck {
    users: Users,
    hasher: Hasher,
    clock: Clock,
}

/// An account whose password was right a moment ago.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The account as it was read.
    pub credential: Credential,
    /// Its hash should be made anew.
    pub is_dated: bool,
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
    pub const fn new(users: Users, hasher: Hasher, clock: Clock) -> Self {
        Self { users, hasher, clock }
    }

    /// The account with this address, if the password is right and the account is open.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn by_email(&self, email: &Email, password: Password) -> Result<Checked, Error> {
        self.check(email, password, Shut::Refused).await
    }

    async fn check(&self, email: &Email, password: Password, shut: Shut) -> Result<Checked, Error> {
        let credential = self.users.credential(email).await?;
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
        self.users.count_failure(email, guess, self.clock.now()).await?;
        Err(Error::Unauthenticated(reason))
    }

    /// The account with this id, which is signed in already, if the password is right.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn by_id(&self, id: UserId, password: Password) -> Result<Checked, Error> {
        let user = self.users.get_user(id).await?.ok_or(Error::Unauthenticated("account gone"))?;
        self.by_email(&user.email, password).await
    }

    /// Like [`PasswordCheck::by_id`], but for an account that its owner has begun to delete, and which is shut because of
    /// that. Whoever is shut by an administrator has no session to ask with.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], with the reason for the log.
    pub async fn owner(&self, id: UserId, password: Password) -> Result<Checked, Error> {
        let user = self.users.get_user(id).await?.ok_or(Error::Unauthenticated("account gone"))?;
        self.check(&user.email, password, Shut::Admitted).await
    }
}
