use std::collections::HashMap;

use jiff::Timestamp;

use super::{Users, credential_key, profile_key, read_credential, read_profile};
use crate::{
    domain::{Email, PageSize, User, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader},
        keys::{self, PK},
    },
};

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub user: User,
    /// When somebody last signed in to it.
    pub last_login_at: Option<Timestamp>,
}

/// A page of accounts, and the one behind which the next page begins when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPage {
    /// The accounts, newest first.
    pub accounts: Vec<Account>,
    /// The last account of this page; `None` at the end.
    pub next: Option<UserId>,
}

impl Users {
    /// A page of all accounts, newest first: one query of a keys-only index, and the profiles and credentials of the page
    /// in two batches. The index is eventually consistent: an account shows a moment after it was registered.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn page(&self, limit: PageSize, after: Option<UserId>) -> Result<AccountPage, Error> {
        let wanted = limit.get();
        let query = self.0.directory(keys::ALL_USERS, after.map(profile_key)).scan_index_forward(false);
        let query = query.limit(i32::try_from(wanted + 1).unwrap_or(i32::MAX));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let id =
            |item: &Attributes| Ok::<_, Error>(UserId::parse(ItemReader(item).text_after(PK, keys::USER_PREFIX)?)?);
        let mut ids = output.items().iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let more = ids.len() > wanted;
        ids.truncate(wanted);
        let next = ids.last().copied().filter(|_| more);
        Ok(AccountPage { accounts: self.accounts(&ids).await?, next })
    }

    /// One account as administrators see it.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, Error> {
        Ok(self.accounts(&[id]).await?.pop())
    }

    /// The account with this address.
    ///
    /// # Errors
    /// The table does not answer, or holds something unreadable.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, Error> {
        match self.credential(email).await? {
            None => Ok(None),
            Some(credential) => self.account(credential.user_id).await,
        }
    }

    /// The addresses of these accounts, of which at most a hundred are asked for; of those that are gone or cannot be read there is none.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn emails(&self, ids: impl IntoIterator<Item = UserId>) -> Result<HashMap<UserId, Email>, Error> {
        let profiles = self.0.batch_get(ids.into_iter().map(profile_key).collect()).await?;
        // One that this version cannot read is left out: an address is not worth an event.
        Ok(profiles.iter().filter_map(|profile| read_profile(profile).ok()).map(|user| (user.id, user.email)).collect())
    }

    /// The accounts with these ids, in this order; one that was deleted a moment ago is left out.
    async fn accounts(&self, ids: &[UserId]) -> Result<Vec<Account>, Error> {
        let profiles = self.0.batch_get(ids.iter().map(|id| profile_key(*id)).collect()).await?;
        let users = profiles.iter().map(read_profile).collect::<Result<Vec<_>, _>>()?;
        let credentials = self.0.batch_get(users.iter().map(|user| credential_key(&user.email)).collect()).await?;
        let credentials = credentials.iter().map(read_credential).collect::<Result<Vec<_>, _>>()?;
        let logins: HashMap<UserId, Option<Timestamp>> =
            credentials.into_iter().map(|credential| (credential.user_id, credential.last_login_at)).collect();
        let mut accounts: HashMap<UserId, Account> = users
            .into_iter()
            .map(|user| (user.id, Account { last_login_at: logins.get(&user.id).copied().flatten(), user }))
            .collect();
        Ok(ids.iter().filter_map(|id| accounts.remove(id)).collect())
    }
}
