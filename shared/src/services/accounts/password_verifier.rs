use crate::{
    audit::Audit,
    auth::{PasswordHasher, PasswordMatch},
    clock::Clock,
    domain::{AuditAction, Credential, Email, Error, Password, RequestSource, UserId},
    store::{FailedAttempt, Users},
};

/// Verifies passwords of accounts, with the lockout of [`Lockout`](crate::domain::Lockout).
///
/// All rejections return the same error and take the same time: unknown account, wrong password,
/// locked account and disabled account cannot be distinguished. Each rejection is recorded in the
/// audit trail, and a wrong password counts towards the lockout.
///
/// DynamoDB: one read before the hash. A rejection adds one write after it, concurrently with the
/// SQS call.
#[derive(Debug, Clone)]
pub struct PasswordVerifier {
    users: Users,
    hasher: PasswordHasher,
    clock: Clock,
    audit: Audit,
}

/// A credential with a verified password.
#[derive(Debug, Clone)]
pub struct VerifiedCredential {
    /// The credential as it was read.
    pub credential: Credential,
    /// The stored hash has outdated parameters or an outdated pepper, and should be replaced.
    pub needs_rehash: bool,
}

/// The client that sent the password. It determines the audit event of a rejection.
#[derive(Debug, Clone, Copy)]
enum Caller {
    /// A client that is signing in.
    Anonymous,
    /// The owner of the account, who is signed in.
    Owner(UserId),
}

/// The treatment of a disabled account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IfDisabled {
    Reject,
    Accept,
}

/// A password check.
struct Check<'a> {
    email: &'a Email,
    password: Password,
    caller: Caller,
    if_disabled: IfDisabled,
    source: &'a RequestSource,
}

/// The reason of a rejection and its effect on the lockout.
struct Rejection {
    reason: &'static str,
    attempt: FailedAttempt,
}

impl PasswordVerifier {
    /// Creates a verifier of the accounts in `users`.
    #[must_use]
    pub const fn new(users: Users, hasher: PasswordHasher, clock: Clock, audit: Audit) -> Self {
        Self { users, hasher, clock, audit }
    }

    /// Verifies the password of a sign-in.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the password is rejected, with the reason for the log.
    pub async fn verify_sign_in(
        &self,
        email: &Email,
        password: Password,
        source: &RequestSource,
    ) -> Result<VerifiedCredential, Error> {
        let if_disabled = IfDisabled::Reject;
        self.verify(Check { email, password, caller: Caller::Anonymous, if_disabled, source }).await
    }

    /// Verifies the password of a signed-in account.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the password is rejected, with the reason for the log.
    pub async fn verify_owner(
        &self,
        id: UserId,
        password: Password,
        source: &RequestSource,
    ) -> Result<VerifiedCredential, Error> {
        self.verify_by_id(id, password, IfDisabled::Reject, source).await
    }

    /// Like [`PasswordVerifier::verify_owner`], but accepts a disabled account. Account deletion
    /// disables the account first, and its owner must be able to resume an interrupted deletion. An
    /// account that an administrator disabled has no session, so its owner cannot get here.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the password is rejected, with the reason for the log.
    pub async fn verify_owner_even_if_disabled(
        &self,
        id: UserId,
        password: Password,
        source: &RequestSource,
    ) -> Result<VerifiedCredential, Error> {
        self.verify_by_id(id, password, IfDisabled::Accept, source).await
    }

    async fn verify_by_id(
        &self,
        id: UserId,
        password: Password,
        if_disabled: IfDisabled,
        source: &RequestSource,
    ) -> Result<VerifiedCredential, Error> {
        let user = self.users.get(id).await?.ok_or(Error::Unauthenticated("account gone"))?;
        self.verify(Check { email: &user.email, password, caller: Caller::Owner(id), if_disabled, source }).await
    }

    async fn verify(&self, check: Check<'_>) -> Result<VerifiedCredential, Error> {
        let Check { email, password, caller, if_disabled, source } = check;
        let credential = self.users.credential(email).await?;
        let account = credential.as_ref().map(|credential| credential.user_id);
        let stored = credential.as_ref().map(|credential| credential.password.clone());
        // The password is always compared first, so that the response time does not reveal the
        // reason of a rejection.
        let matched = self.hasher.verify(password, stored).await?;
        let Rejection { reason, attempt } = match self.decide(credential, matched, if_disabled) {
            Ok(verified) => return Ok(verified),
            Err(rejection) => rejection,
        };
        let action = match caller {
            Caller::Anonymous => AuditAction::login_failed(email, account, reason),
            Caller::Owner(id) => AuditAction::password_refused(id, reason),
        };
        let (counted, recorded) = tokio::join!(
            self.users.record_failed_attempt(email, attempt, self.clock.now()),
            self.audit.record_now(action, source),
        );
        counted.and(recorded)?;
        Err(Error::Unauthenticated(reason))
    }

    /// Decides on a password after it was compared with the stored hash.
    ///
    /// The reasons of rejections are stored in audit events, so their texts must not change.
    fn decide(
        &self,
        credential: Option<Credential>,
        matched: PasswordMatch,
        if_disabled: IfDisabled,
    ) -> Result<VerifiedCredential, Rejection> {
        let Some(credential) = credential else {
            return Err(Rejection { reason: "unknown account", attempt: FailedAttempt::Counted });
        };
        if credential.lockout.is_locked(self.clock.now()) {
            return Err(Rejection { reason: "account backs off", attempt: FailedAttempt::Ignored });
        }
        if matched == PasswordMatch::Wrong {
            return Err(Rejection { reason: "wrong password", attempt: FailedAttempt::Counted });
        }
        if credential.disabled && if_disabled == IfDisabled::Reject {
            return Err(Rejection { reason: "account is shut", attempt: FailedAttempt::Ignored });
        }
        Ok(VerifiedCredential { credential, needs_rehash: matched == PasswordMatch::CorrectButOutdated })
    }
}
