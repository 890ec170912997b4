use crate::{
    audit::Audit,
    domain::{Act, Error, Origin, SessionId, User, UserId},
    services::{accounts::Revocation, customers::CustomerWriter, watchlist::WatchlistWriter},
    store::{self, AccountChanges, Users},
};

/// Deletes an account and all that belongs to it.
///
/// The order makes it safe to be interrupted anywhere and called again: the account is shut first, so that nobody signs in
/// any more, and disappears last, so that it can still be found. The session of whoever deletes the own account stays until
/// then. The trail learns of each part in the transaction that removes it: however it is interrupted or repeated, the items, the customers and
/// the account are each told of once.
#[derive(Debug, Clone)]
pub struct Erasure {
    users: Users,
    sessions: Revocation,
    watchlist: WatchlistWriter,
    customers: CustomerWriter,
    audit: Audit,
}

/// Who deletes.
#[derive(Debug, Clone)]
pub struct Eraser {
    /// The account: the one that is deleted, or an administrator's.
    pub id: UserId,
    /// The session of whoever deletes the own account.
    pub own_session: Option<SessionId>,
    /// Where the request came from.
    pub origin: Origin,
}

impl Erasure {
    /// Erases from these stores.
    #[must_use]
    pub const fn new(
        users: Users,
        sessions: Revocation,
        watchlist: WatchlistWriter,
        customers: CustomerWriter,
        audit: Audit,
    ) -> Self {
        Self { users, sessions, watchlist, customers, audit }
    }

    /// Deletes the account.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when it is the last enabled administrator; then nothing is deleted. Otherwise the table does not
    /// answer: calling again goes on.
    pub async fn run(&self, user: &User, by: &Eraser) -> Result<(), Error> {
        const ATTEMPTS: usize = 5;
        let shut = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
        for _ in 0..ATTEMPTS {
            if self.users.change(user.id, shut, None, None).await?.is_none() {
                // Somebody else has just finished deleting it.
                return self.sweep(user.id, by).await;
            }
            self.sessions.end_all(user.id, by.own_session).await?;
            self.clear(user.id, by).await?;
            let entry = self.audit.entry(&self.audit.event(Act::account_deleted(by.id, user), &by.origin));
            let delete = self.users.delete(user, by.own_session, &entry);
            match self.sessions.end_with(user.id, by.own_session, delete).await {
                // It was opened again meanwhile, or is gone: look again.
                Err(store::Error::Conflict) => {}
                outcome => {
                    outcome?;
                    self.audit.hasten(&entry).await;
                    return self.sweep(user.id, by).await;
                }
            }
        }
        Err(Error::Overloaded)
    }

    /// Removes what was on its way while the account was being deleted, or what an interrupted deletion left.
    ///
    /// # Errors
    /// The table does not answer: calling again goes on.
    pub async fn sweep(&self, id: UserId, by: &Eraser) -> Result<(), Error> {
        self.sessions.end_all(id, None).await?;
        self.clear(id, by).await
    }

    async fn clear(&self, id: UserId, by: &Eraser) -> Result<(), Error> {
        self.customers.clear(id, by.id, &by.origin).await?;
        Ok(self.watchlist.clear(id, by.id, &by.origin).await?)
    }
}
