use std::{fmt, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, GlobalSecondaryIndexDescription, LocalSecondaryIndexDescription},
};
use tokio::time::timeout;

use super::{Error, client, keys};
use crate::config::TableConfig;

/// A handle to the one table.
#[derive(Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Accounts.
    pub users: u64,
    /// Watchlist items of all of them.
    pub watchlist_items: u64,
}

impl Table {
    /// The table in the cloud; region, credentials and endpoint as the SDK found them.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: TableConfig) -> Self {
        Self { client: client::from_sdk_config(sdk), name: config.name }
    }

    /// The table behind a DynamoDB API on this machine, such as `http://127.0.0.1:9001`. For the local stack and tests.
    #[must_use]
    pub fn local(endpoint: &str, name: &str) -> Self {
        Self { client: client::local(endpoint), name: name.to_owned() }
    }

    /// Reads a key that does not exist: half a read unit that shows whether the table answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn probe(&self) -> Result<(), Error> {
        let key = || AttributeValue::S("PROBE".to_owned());
        let probe = self.client.get_item().table_name(&self.name).key(keys::PK, key()).key(keys::SK, key());
        probe.send().await.map(drop).map_err(Error::from_sdk)
    }

    /// How many users and items there are, by the table's own count: DynamoDB brings it up to date every six hours or so.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn counts(&self) -> Result<Counts, Error> {
        let output = self.client.describe_table().table_name(&self.name).send().await.map_err(Error::from_sdk)?;
        let table = output.table.ok_or_else(|| Error::Corrupt("no description of the table".to_owned()))?;
        let users = table.global_secondary_indexes().iter().find(|index| index.index_name() == Some(keys::USERS_INDEX));
        let items = table.local_secondary_indexes().iter().find(|index| index.index_name() == Some(keys::BY_TYPE));
        let count = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default();
        Ok(Counts {
            users: count(users.and_then(GlobalSecondaryIndexDescription::item_count)),
            watchlist_items: count(items.and_then(LocalSecondaryIndexDescription::item_count)),
        })
    }

    /// Opens the connection during init, so that the first request does not wait for it. Failure does no harm: the first
    /// request connects then. A role without `GetItem` is refused after the connection stands, which is all we want.
    pub async fn warm_up(&self) {
        const BOUND: Duration = Duration::from_millis(300);
        let _outcome_does_not_matter = timeout(BOUND, self.probe()).await;
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).finish_non_exhaustive()
    }
}
