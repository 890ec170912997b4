use crate::{
    audit::Audit,
    domain::{AuditAction, Error, RequestSource, SessionId, User, UserId},
    services::{accounts::SessionRevoker, customers::CustomerWriter, watchlist::WatchlistWriter},
    store::{self, AccountChanges, Users},
};

/// Deletes an account and all of its data.
///
/// The deletion can be interrupted at any point and resumed by calling it again. The account is
/// disabled first, so that nobody can sign in, and its profile is deleted last, so that it can
/// still be found. Until then, the session of an owner who deletes their own account remains valid.
/// Each part is audited in the transaction that removes it, so every item, customer and account is
/// recorded exactly once, however often the deletion is interrupted or repeated.
#[derive(Debug, Clone)]
pub struct AccountDeletion {
    /// The accounts.
    pub users: Users,
    /// Revokes the sessions.
    pub sessions: SessionRevoker,
    /// Deletes the watchlist.
    pub watchlist: WatchlistWriter,
    /// Deletes the customers.
    pub customers: CustomerWriter,
    /// Records the deletion.
    pub audit: Audit,
}

/// The account that requests a deletion.
#[derive(Debug, Clone)]
pub struct DeletionRequester {
    /// The id of the deleted account itself, or of an administrator.
    pub id: UserId,
    /// The session of an owner who deletes their own account.
    pub current_session: Option<SessionId>,
    /// The source of the request.
    pub source: RequestSource,
}

impl AccountDeletion {
    /// Deletes the account.
    ///
    /// # Errors
    /// [`Error::LastAdmin`] when it is the last enabled administrator; nothing is deleted then.
    /// [`Error::Unavailable`] when the table is unavailable; calling again resumes the deletion.
    pub async fn run(&self, user: &User, requester: &DeletionRequester) -> Result<(), Error> {
        const ATTEMPTS: usize = 5;
        let disable = AccountChanges { disabled: Some(true), ..AccountChanges::default() };
        for _ in 0..ATTEMPTS {
            if self.users.update(user.id, disable, None, None).await?.is_none() {
                // Another request has just completed the deletion.
                return self.remove_leftovers(user.id, requester).await;
            }
            self.sessions.revoke_all(user.id, requester.current_session).await?;
            self.delete_data(user.id, requester).await?;
            match self.delete_profile(user, requester).await {
                // The account was enabled again or deleted in the meantime: start over.
                Err(store::Error::Conflict) => {}
                result => {
                    result?;
                    return self.remove_leftovers(user.id, requester).await;
                }
            }
        }
        Err(Error::Overloaded)
    }

    /// Removes data that was written while the account was being deleted, or that an interrupted
    /// deletion left.
    ///
    /// # Errors
    /// The table is unavailable; calling again resumes.
    pub async fn remove_leftovers(&self, id: UserId, requester: &DeletionRequester) -> Result<(), Error> {
        self.sessions.revoke_all(id, None).await?;
        self.delete_data(id, requester).await
    }

    async fn delete_data(&self, id: UserId, requester: &DeletionRequester) -> Result<(), Error> {
        self.customers.delete_all(id, requester.id, &requester.source).await?;
        Ok(self.watchlist.delete_all(id, requester.id, &requester.source).await?)
    }

    /// Deletes profile, credential and the requester's session, and stores the audit event with
    /// them.
    async fn delete_profile(&self, user: &User, requester: &DeletionRequester) -> Result<(), store::Error> {
        let event = self.audit.event(AuditAction::account_deleted(requester.id, user), &requester.source);
        let entry = self.audit.outbox_entry(&event);
        let delete = self.users.delete(user, requester.current_session, &entry);
        self.sessions.revoke_with(user.id, requester.current_session, delete).await?;
        self.audit.publish_now(&entry).await;
        Ok(())
    }
}
