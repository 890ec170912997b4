//! Reads and writes of many items. DynamoDB may leave a part of a batch unprocessed; that part is
//! sent again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest};

use super::{Error, Table, attributes::Attributes};

/// The limit of writes per `BatchWriteItem` request.
const BATCH_SIZE: usize = 25;

/// The number of attempts to send unprocessed writes.
const WRITE_ATTEMPTS: usize = 8;
/// The first pause between two attempts, doubled each time. A partition takes a thousand writes per
/// second, so unprocessed writes succeed soon.
const WRITE_PAUSE: Duration = Duration::from_millis(50);

/// The number of attempts to send unprocessed reads.
const READ_ATTEMPTS: usize = 5;
/// The first pause between two attempts, doubled each time.
const READ_PAUSE: Duration = Duration::from_millis(20);

impl Table {
    /// Puts these items, 25 per request. It is not a transaction: after an error, some of the items
    /// may be stored.
    ///
    /// # Errors
    /// [`Error::Throttled`] when DynamoDB repeatedly leaves writes unprocessed. The table is
    /// unavailable.
    pub(super) async fn batch_put(&self, items: impl IntoIterator<Item = Attributes>) -> Result<(), Error> {
        let put = |item| {
            let put = PutRequest::builder().set_item(Some(item)).build().map_err(Error::from_build)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        self.batch_write(items.into_iter().map(put).collect::<Result<_, Error>>()?).await
    }

    /// Deletes the items with these keys, 25 per request. It is not a transaction: after an error,
    /// some of the items may be deleted.
    ///
    /// # Errors
    /// Same as [`Table::batch_put`].
    pub(super) async fn batch_delete(&self, keys: impl IntoIterator<Item = Attributes>) -> Result<(), Error> {
        let delete = |key| {
            let delete = DeleteRequest::builder().set_key(Some(key)).build().map_err(Error::from_build)?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        };
        self.batch_write(keys.into_iter().map(delete).collect::<Result<_, Error>>()?).await
    }

    async fn batch_write(&self, writes: Vec<WriteRequest>) -> Result<(), Error> {
        for batch in writes.chunks(BATCH_SIZE) {
            self.write_batch(batch.to_vec()).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, mut writes: Vec<WriteRequest>) -> Result<(), Error> {
        let mut pause = WRITE_PAUSE;
        for _ in 0..WRITE_ATTEMPTS {
            let request = self.client.batch_write_item().request_items(&*self.name, writes);
            let output = Box::pin(request.send()).await.map_err(Error::from_sdk)?;
            writes = output.unprocessed_items.unwrap_or_default().remove(&*self.name).unwrap_or_default();
            if writes.is_empty() {
                return Ok(());
            }
            back_off(pause).await;
            pause *= 2;
        }
        Err(Error::Throttled(Arc::new(Unprocessed)))
    }

    /// Reads the items with these keys, at most 100, strongly consistent and in no particular
    /// order. Missing items are left out.
    ///
    /// # Errors
    /// [`Error::Throttled`] when DynamoDB repeatedly leaves keys unprocessed. The table is
    /// unavailable.
    pub(super) async fn batch_get(&self, keys: Vec<Attributes>) -> Result<Vec<Attributes>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut unprocessed = HashMap::from([(self.name.to_string(), keys.map_err(Error::from_build)?)]);
        let (mut items, mut pause) = (Vec::new(), READ_PAUSE);
        // 100 small items fit into one response, so keys are left unprocessed only when DynamoDB
        // throttles.
        for _ in 0..READ_ATTEMPTS {
            let request = self.client.batch_get_item().set_request_items(Some(unprocessed));
            let output = Box::pin(request.send()).await.map_err(Error::from_sdk)?;
            items.extend(output.responses.unwrap_or_default().remove(&*self.name).unwrap_or_default());
            unprocessed = output.unprocessed_keys.unwrap_or_default();
            if unprocessed.is_empty() {
                return Ok(items);
            }
            back_off(pause).await;
            pause *= 2;
        }
        Err(Error::Throttled(Arc::new(Unprocessed)))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("DynamoDB left part of a batch unprocessed")]
struct Unprocessed;

#[expect(clippy::disallowed_methods, reason = "DynamoDB requires a pause; the deadline of the handler bounds it")]
pub(super) async fn back_off(pause: Duration) {
    tokio::time::sleep(pause).await;
}
