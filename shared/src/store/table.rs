use std::{fmt, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use tokio::time::timeout;

use super::{Error, attributes::primary_key, client};
use crate::config::TableConfig;

/// A handle to the one table.
#[derive(Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: String,
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
        self.get_eventually_consistent(primary_key("PROBE", "PROBE")).await.map(drop)
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
