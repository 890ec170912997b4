use std::collections::HashMap;

use jiff::Timestamp;

use super::{Users, credential_key, profile_key, read_credential, read_profile};
use crate::{
    domain::{Email, PageSize, User, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader},
        directory::MAX_PAGE,
        keys::{self, PK},
    },
};

/// An account with the details that administrators see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub user: User,
    /// The time of the last sign-in.
    pub last_login_at: Option<Timestamp>,
}

/// A page of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPage {
    /// The accounts, newest first.
    pub accounts: Vec<Account>,
    /// The account after which the next page starts. `None` on the last page.
    pub next: Option<UserId>,
}

impl Users {
    /// Returns a page of all accounts, newest first, at most 28. One query of a keys-only index, and
    /// two batch reads for the profiles and credentials. The index is eventually consistent: a new
    /// account appears after a short delay.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn list(&self, limit: PageSize, after: Option<UserId>) -> Result<AccountPage, Error> {
        let limit = limit.at_most(MAX_PAGE).get();
        let query = self.0.directory(keys::ALL_USERS, after.map(profile_key)).scan_index_forward(false);
        let query = query.limit(i32::try_from(limit + 1).unwrap_or(i32::MAX));
        let output = Box::pin(query.send()).await.map_err(Error::from_sdk)?;
        let id =
            |item: &Attributes| Ok::<_, Error>(UserId::parse(ItemReader(item).text_after(PK, keys::USER_PREFIX)?)?);
        let mut ids = output.items().iter().map(id).collect::<Result<Vec<_>, _>>()?;
        let has_more = ids.len() > limit;
        ids.truncate(limit);
        let next = ids.last().copied().filter(|_| has_more);
        Ok(AccountPage { accounts: self.accounts(&ids).await?, next })
    }

    /// Returns one account.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, Error> {
        Ok(self.accounts(&[id]).await?.pop())
    }

    /// Returns the account with an e-mail address.
    ///
    /// # Errors
    /// The table is unavailable or contains a corrupt item.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<Account>, Error> {
        match self.credential(email).await? {
            None => Ok(None),
            Some(credential) => self.account(credential.user_id).await,
        }
    }

    /// Returns the e-mail addresses of these accounts, at most 100. Deleted accounts and corrupt
    /// profiles are left out.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn emails(&self, ids: impl IntoIterator<Item = UserId>) -> Result<HashMap<UserId, Email>, Error> {
        let profiles = self.0.batch_get(ids.into_iter().map(profile_key).collect()).await?;
        // The addresses only complete audit events, so a corrupt profile must not make them fail.
        Ok(profiles.iter().filter_map(|profile| read_profile(profile).ok()).map(|user| (user.id, user.email)).collect())
    }

    /// Returns the accounts with these ids, in this order. Deleted accounts are left out.
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
