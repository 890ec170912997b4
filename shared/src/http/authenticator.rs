use crate::{
    auth::{AccessToken, Verifier},
    cache::PageKey,
    domain::{Error, Role, UserId},
    rate_limit::Group,
    services::admission::{Admission, Admitted},
    store::Users,
};

/// Decides who calls. A token that we signed is not enough: its session must still live, so that signing out, a changed
/// password or a shut account ends it at once. One round trip to Redis.
#[derive(Debug, Clone)]
pub struct Authenticator {
    verifier: Verifier,
    admission: Admission,
    users: Users,
}

impl Authenticator {
    /// Checks tokens with `verifier`, sessions with `admission` and roles with `users`.
    #[must_use]
    pub const fn new(verifier: Verifier, admission: Admission, users: Users) -> Self {
        Self { verifier, admission, users }
    }

    /// What a token says, if we signed it and its time has not run out.
    pub(super) fn verify(&self, token: &str) -> Result<AccessToken, Error> {
        self.verifier.verify(token)
    }

    /// Counts a request of the token's user and sees whether its session lives.
    pub(super) async fn admit(&self, group: Group, token: &AccessToken, page: Option<&PageKey>) -> Admitted {
        // Boxed: with all that it awaits in it, the future of a handler is too deep for the compiler.
        Box::pin(self.admission.admit(group, token.user_id, token.session_id, page)).await
    }

    /// Whether this user is an administrator now: the role in the token is not asked.
    pub(super) async fn require_admin(&self, id: UserId) -> Result<(), Error> {
        match self.users.get_user(id).await? {
            None => Err(Error::Unauthenticated("account gone")),
            Some(user) if user.disabled => Err(Error::Unauthenticated("account is shut")),
            Some(user) if user.role == Role::Admin => Ok(()),
            Some(_) => Err(Error::Forbidden),
        }
    }
}
