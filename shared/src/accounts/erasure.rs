use crate::{
    accounts::{Revocation, WatchlistWriter},
    domain::{Error, SessionId, User, UserId},
    store::{self, AccountChanges, Users},
};

/// Deletes an account and all that belongs to it.
///
/// The order makes it safe to be interrupted anywhere and called again: the account is shut first, so that nobody signs in
/// any more, and disappears last, so that it can still be found. The session of whoever deletes the own account stays until
/// then.
#[derive(Debug, Clone)]
pub struct Erasure {
    users: Users,
    sessions: Revocation,
    watchlist: WatchlistWriter,
}

impl Erasure {
    /// Erases from these stores.
    #[must_use]
    pub const fn new(users: Users, sessions: Revocation, watchlist: WatchlistWriter) -> Self {
        Self { users, sessions, watchlist }
    }

    /// Deletes the account; `own_session` is the session of its owner, when it is the owner who asks.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when it is the last enabled administrator; then nothing is deleted. Otherwise the table does not
    /// answer: calling again goes on.
    pub async fn run(&self, user: &User, own_session: Option<SessionId>) -> Result<(), Error> {
        const ATTEMPTS: usize = 5;
        let shut = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
        for _ in 0..ATTEMPTS {
            if self.users.change(user.id, shut, None).await?.is_none() {
                // Somebody else has just finished deleting it.
                return self.sweep(user.id).await;
            }
            self.sessions.end_all(user.id, own_session).await?;
            self.watchlist.clear(user.id).await?;
            match self.sessions.end_with(user.id, own_session, self.users.delete(user, own_session)).await {
                // It was opened again meanwhile: shut it again.
                Err(store::Error::Conflict) => {}
                outcome => {
                    outcome?;
                    return self.sweep(user.id).await;
                }
            }
        }
        Err(Error::Overloaded)
    }

    /// Removes what was on its way while the account was being deleted, or what an interrupted deletion left.
    ///
    /// # Errors
    /// The table does not answer: calling again goes on.
    pub async fn sweep(&self, id: UserId) -> Result<(), Error> {
        self.sessions.end_all(id, None).await?;
        Ok(self.watchlist.clear(id).await?)
    }
}
