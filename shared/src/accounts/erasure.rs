use crate::{
    domain::{Error, SessionId, User},
    store::{AccountChanges, Sessions, Users, Watchlist},
};

/// Deletes an account and all that belongs to it.
///
/// The order makes it safe to be interrupted anywhere and called again: the account is shut first, so that nobody signs in
/// any more, and disappears last, so that it can still be found. The session of whoever deletes the own account stays until
/// then.
#[derive(Debug, Clone)]
pub struct Erasure {
    users: Users,
    sessions: Sessions,
    watchlist: Watchlist,
}

impl Erasure {
    /// Erases from these stores.
    #[must_use]
    pub const fn new(users: Users, sessions: Sessions, watchlist: Watchlist) -> Self {
        Self { users, sessions, watchlist }
    }

    /// Deletes the account; `own_session` is the session of its owner, when it is the owner who asks.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when it is the last enabled administrator; then nothing is deleted. Otherwise the table does not
    /// answer: calling again goes on.
    pub async fn run(&self, user: &User, own_session: Option<SessionId>) -> Result<(), Error> {
        let shut = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
        self.users.change(user.id, shut).await?;
        self.sessions.end_all(user.id, own_session).await?;
        self.watchlist.clear(user.id).await?;
        self.users.delete(user, own_session).await?;
        // What was on its way while the account was being shut.
        self.sessions.end_all(user.id, None).await?;
        self.watchlist.clear(user.id).await?;
        Ok(())
    }
}
