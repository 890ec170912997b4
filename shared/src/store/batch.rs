use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest};

use super::{Error, Table, attributes::Attributes};

/// DynamoDB takes this many writes in one request.
const BATCH: usize = 25;
/// How often what DynamoDB left unprocessed is sent again before the caller is told to come back.
const ATTEMPTS: usize = 8;
/// Doubled each time: one partition takes a thousand writes a second, so what was left fits in soon.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl Table {
    /// Puts these items, 25 in a request. It is not a transaction: when it fails, some of the items may be stored.
    ///
    /// # Errors
    /// [`Error::Throttled`] when DynamoDB repeatedly leaves writes unprocessed. The table is unavailable.
    pub(super) async fn batch_put(&self, items: impl IntoIterator<Item = Attributes>) -> Result<(), Error> {
        let put = |item| {
            let put = PutRequest::builder().set_item(Some(item)).build().map_err(Error::from_build)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        self.batch_write(items.into_iter().map(put).collect::<Result<_, Error>>()?).await
    }

    /// Deletes the items with these keys, 25 in a request. It is not a transaction: when it fails, some of the items may be
    /// deleted.
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

    /// The items with these keys, of which at most a hundred are asked for, in any order; of those that are not there is none.
    ///
    /// # Errors
    /// [`Error::Throttled`] when DynamoDB keeps leaving keys unprocessed; the table does not answer.
    pub(super) async fn batch_get(&self, keys: Vec<Attributes>) -> Result<Vec<Attributes>, Error> {
        const ATTEMPTS: usize = 5;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut left = HashMap::from([(self.name.clone(), wanted.map_err(Error::from_build)?)]);
        let (mut items, mut pause) = (Vec::new(), Duration::from_millis(20));
        // At most 100 small items: DynamoDB leaves some out only when it is throttled.
        for _ in 0..ATTEMPTS {
            let get = self.client.batch_get_item().set_request_items(Some(left));
            let output = Box::pin(get.send()).await.map_err(Error::from_sdk)?;
            items.extend(output.responses.unwrap_or_default().remove(&self.name).unwrap_or_default());
            left = output.unprocessed_keys.unwrap_or_default();
            if left.is_empty() {
                return Ok(items);
            }
            back_off(pause).await;
            pause *= 2;
        }
        Err(Error::Throttled(Arc::new(Unprocessed)))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("DynamoDB left a part unprocessed")]
struct Unprocessed;

#[expect(clippy::disallowed_methods, reason = "DynamoDB asks for a pause; the handler's deadline bounds it")]
pub(super) async fn back_off(pause: Duration) {
    tokio::time::sleep(pause).await;
}
