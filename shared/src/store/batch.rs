use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::WriteRequest;

use super::{Error, Table};

/// DynamoDB takes this many writes in one request.
const BATCH: usize = 25;
/// How often what DynamoDB left unprocessed is sent again before the caller is told to come back.
const ATTEMPTS: usize = 8;
/// Doubled each time: one partition takes a thousand writes a second, so what was left fits in soon.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl Table {
    /// Does many writes, 25 at a time. They are not one transaction: when it fails, some are done.
    ///
    /// # Errors
    /// [`Error::Throttled`] when DynamoDB keeps leaving writes unprocessed; the table does not answer.
    pub(super) async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), Error> {
        for batch in writes.chunks(BATCH) {
            self.write_batch(batch.to_vec()).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, mut writes: Vec<WriteRequest>) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..ATTEMPTS {
            let batch = self.client.batch_write_item().request_items(&self.name, writes);
            let output = Box::pin(batch.send()).await.map_err(Error::from_sdk)?;
            let unprocessed = output.unprocessed_items.unwrap_or_default().remove(&self.name);
            match unprocessed {
                Some(left) if !left.is_empty() => {
                    writes = left;
                    back_off(pause).await;
                    pause *= 2;
                }
                _ => return Ok(()),
            }
        }
        Err(Error::Throttled(Arc::new(Unprocessed)))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("DynamoDB left a part unprocessed")]
pub(super) struct Unprocessed;

#[expect(clippy::disallowed_methods, reason = "DynamoDB asks for a pause; the handler's deadline bounds it")]
pub(super) async fn back_off(pause: Duration) {
    tokio::time::sleep(pause).await;
}
