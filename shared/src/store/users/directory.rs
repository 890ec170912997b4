use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use jiff::Timestamp;

use super::{Users, credential_key, profile_key, read_credential, read_profile};
use crate::{
    domain::{Email, PageSize, User, UserId},
    store::{
        Error,
        attributes::{Attributes, ItemReader, s},
        batch::{Unprocessed, back_off},
        keys::{self, DIRECTORY, DIRECTORY_INDEX, PK},
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
        let start = after.map(|id| {
            let mut start = profile_key(id);
            start.insert(DIRECTORY.to_owned(), s(keys::ALL_USERS));
            start
        });
        let query = self
            .0
            .client
            .query()
            .table_name(&self.0.name)
            .index_name(DIRECTORY_INDEX)
            .key_condition_expression("directory = :all")
            .expression_attribute_values(":all", s(keys::ALL_USERS))
            .scan_index_forward(false)
            .limit(i32::try_from(wanted + 1).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let output = query.send().await.map_err(Error::from_sdk)?;
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
        let profiles = self.batch_get(ids.into_iter().map(profile_key).collect()).await?;
        // One that this version cannot read is left out: an address is not worth an event.
        Ok(profiles.iter().filter_map(|profile| read_profile(profile).ok()).map(|user| (user.id, user.email)).collect())
    }

    /// The accounts with these ids, in this order; one that was deleted a moment ago is left out.
    async fn accounts(&self, ids: &[UserId]) -> Result<Vec<Account>, Error> {
        let profiles = self.batch_get(ids.iter().map(|id| profile_key(*id)).collect()).await?;
        let users = profiles.iter().map(read_profile).collect::<Result<Vec<_>, _>>()?;
        let credentials = self.batch_get(users.iter().map(|user| credential_key(&user.email)).collect()).await?;
        let credentials = credentials.iter().map(read_credential).collect::<Result<Vec<_>, _>>()?;
        let logins: HashMap<UserId, Option<Timestamp>> =
            credentials.into_iter().map(|credential| (credential.user_id, credential.last_login_at)).collect();
        let mut accounts: HashMap<UserId, Account> = users
            .into_iter()
            .map(|user| (user.id, Account { last_login_at: logins.get(&user.id).copied().flatten(), user }))
            .collect();
        Ok(ids.iter().filter_map(|id| accounts.remove(id)).collect())
    }

    async fn batch_get(&self, keys: Vec<Attributes>) -> Result<Vec<Attributes>, Error> {
        const ATTEMPTS: usize = 5;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut left = HashMap::from([(self.0.name.clone(), wanted.map_err(Error::from_build)?)]);
        let (mut items, mut pause) = (Vec::new(), Duration::from_millis(20));
        // At most 100 small items: DynamoDB leaves some out only when it is throttled.
        for _ in 0..ATTEMPTS {
            if left.is_empty() {
                return Ok(items);
            }
            let output = self.0.client.batch_get_item().set_request_items(Some(left)).send().await;
            let output = output.map_err(Error::from_sdk)?;
            items.extend(output.responses.unwrap_or_default().remove(&self.0.name).unwrap_or_default());
            left = output.unprocessed_keys.unwrap_or_default();
            if !left.is_empty() {
                back_off(pause).await;
                pause *= 2;
            }
        }
        Err(Error::Throttled(Arc::new(Unprocessed)))
    }
}
