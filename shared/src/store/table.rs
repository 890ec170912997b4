use std::{fmt, sync::Arc, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use tokio::time::timeout;

use super::{Error, attributes::primary_key, client};
use crate::config::TableConfig;

/// A handle to the DynamoDB table. All stores share it.
#[derive(Clone)]
pub struct Table {
    pub(super) client: Client,
    pub(super) name: Arc<str>,
}

impl Table {
    /// Creates a handle to the deployed table, with the region, credentials and endpoint of `sdk`.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: TableConfig) -> Self {
        Self { client: client::from_sdk_config(sdk), name: config.name.into() }
    }

    /// Creates a handle to a table of a DynamoDB API on this machine, such as
    /// `http://127.0.0.1:9001`. For the local stack and for tests.
    #[must_use]
    pub fn local(endpoint: &str, name: &str) -> Self {
        Self { client: client::local(endpoint), name: name.into() }
    }

    /// Reads a key that does not exist, for health checks. Costs half a read unit.
    ///
    /// # Errors
    /// The table is unavailable.
    pub async fn probe(&self) -> Result<(), Error> {
        self.get_eventually_consistent(primary_key("PROBE", "PROBE")).await.map(drop)
    }

    /// Opens the connection during the init phase, so that the first request does not wait for it.
    ///
    /// A failure is ignored: the first request then opens the connection. A role without the
    /// permission `GetItem` is refused only after the connection is open, which is sufficient.
    pub async fn warm_up(&self) {
        const TIMEOUT: Duration = Duration::from_millis(300);
        let _ignored = timeout(TIMEOUT, self.probe()).await;
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).finish_non_exhaustive()
    }
}
