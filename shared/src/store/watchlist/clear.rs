use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};

use super::{Attributes, Watchlist};
use crate::{
    domain::UserId,
    store::{
        Error, Table,
        attributes::s,
        keys::{self, PK, SK},
    },
};

impl Watchlist {
    /// Removes all items of this owner's, however many they are, and the answers that are kept for repeated requests. When
    /// it is interrupted, calling again removes the rest. `removed` grows by the items that are gone, also when it fails then.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn clear(&self, owner: UserId, removed: &mut u64) -> Result<(), Error> {
        self.clear_partition(keys::watchlist(owner), removed).await?;
        self.clear_partition(keys::requests(owner), &mut 0).await
    }

    async fn clear_partition(&self, partition: String, removed: &mut u64) -> Result<(), Error> {
        let query = self
            .0
            .client
            .query()
            .table_name(&self.0.name)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(partition))
            .projection_expression("pk, sk");
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            let keys = page.map_err(Error::from_sdk)?.items.unwrap_or_default();
            let writes = keys.into_iter().map(delete).collect::<Result<Vec<_>, _>>()?;
            for batch in Table::batches(writes) {
                let items = u64::try_from(batch.len()).unwrap_or_default();
                self.0.write_batch(batch).await?;
                *removed += items;
            }
        }
        Ok(())
    }
}

fn delete(item: Attributes) -> Result<WriteRequest, Error> {
    let key = item.into_iter().filter(|(name, _)| name == PK || name == SK).collect();
    let delete = DeleteRequest::builder().set_key(Some(key)).build().map_err(Error::from_build)?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
