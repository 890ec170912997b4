use crate::{
    auth::{AccessToken, Verifier},
    cache::PageKey,
    domain::{Error, Role, UserId},
    rate_limit::Group,
    services::admission::{Admission, AdmissionDecision},
    store::Users,
};

/// Authenticates requests. A valid signature is not sufficient: the token's session must be active,
/// so that signing out, changing the password and disabling the account take effect at once. One
/// round trip to Redis.
#[derive(Debug, Clone)]
pub struct Authenticator {
    verifier: Verifier,
    admission: Admission,
    users: Users,
}

impl Authenticator {
    /// Verifies tokens with `verifier`, sessions with `admission` and roles with `users`.
    #[must_use]
    pub const fn new(verifier: Verifier, admission: Admission, users: Users) -> Self {
        Self { verifier, admission, users }
    }

    /// Verifies the token's signature and expiry, and returns its claims.
    pub(super) fn verify(&self, token: &str) -> Result<AccessToken, Error> {
        self.verifier.verify(token)
    }

    /// Counts the request of the token's user, checks that the session is active, and looks up
    /// `page`.
    pub(super) async fn admit(&self, group: Group, token: &AccessToken, page: Option<&PageKey>) -> AdmissionDecision {
        // Boxed, because the nested future type of a handler would exceed the compiler's recursion
        // limit.
        Box::pin(self.admission.admit(group, token.user_id, token.session_id, page)).await
    }

    /// Checks that the user is an administrator now, whatever role the token has.
    pub(super) async fn require_admin(&self, id: UserId) -> Result<(), Error> {
        match self.users.get(id).await? {
            None => Err(Error::Unauthenticated("account gone")),
            Some(user) if user.disabled => Err(Error::Unauthenticated("account is shut")),
            Some(user) if user.role == Role::Admin => Ok(()),
            Some(_) => Err(Error::Forbidden),
        }
    }
}
