use crate::{
    auth::Verifier,
    clock::Clock,
    domain::{Error, Role, SessionId, UserId},
    store::{Sessions, Users},
};

/// Decides who calls. A token that we signed is not enough: its session must still be there, so that signing out, a changed
/// password or a shut account ends it at once. One read.
#[derive(Debug, Clone)]
pub struct Authenticator {
    verifier: Verifier,
    sessions: Sessions,
    users: Users,
    clock: Clock,
}

/// A caller whose token and session are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) id: UserId,
    pub(super) session_id: SessionId,
}

impl Authenticator {
    /// Checks tokens with `verifier`, and what the table says of sessions and roles.
    #[must_use]
    pub const fn new(verifier: Verifier, sessions: Sessions, users: Users, clock: Clock) -> Self {
        Self { verifier, sessions, users, clock }
    }

    /// The caller with this access token.
    pub(super) async fn caller(&self, token: &str) -> Result<Caller, Error> {
        let token = self.verifier.verify(token)?;
        let session = self.sessions.get(token.user_id, token.session_id).await?;
        let session = session.ok_or(Error::Unauthenticated("session ended"))?;
        if session.is_expired(self.clock.now()) {
            return Err(Error::Unauthenticated("session expired"));
        }
        Ok(Caller { id: token.user_id, session_id: token.session_id })
    }

    /// The caller with this access token, who must be an administrator now: the role in the token is not asked.
    pub(super) async fn admin(&self, token: &str) -> Result<Caller, Error> {
        let caller = self.caller(token).await?;
        match self.users.get_user(caller.id).await? {
            None => Err(Error::Unauthenticated("account gone")),
            Some(user) if user.disabled => Err(Error::Unauthenticated("account is shut")),
            Some(user) if user.role == Role::Admin => Ok(caller),
            Some(_) => Err(Error::Forbidden),
        }
    }
}
