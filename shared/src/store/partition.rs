//! Deletion of whole partitions of any size. Calling a deletion again after an interruption deletes
//! the rest.

use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::TransactWriteItem};

use super::{
    Error, OutboxEntry, Table,
    attributes::Attributes,
    keys::{PK, SK},
    transaction::{TransactWrite, TransactionOutcome},
};

/// The number of items per transaction. A transaction has at most 100 writes, and one is the outbox
/// entry.
const BATCH_SIZE: usize = 99;

impl Table {
    /// Deletes all items of a partition. Each transaction also stores an outbox entry with the
    /// number of items that it deletes.
    ///
    /// Every item is counted exactly once, even if two calls delete the same partition concurrently
    /// or another write removes an item at the same time.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub(super) async fn delete_partition_audited(
        &self,
        partition: String,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        loop {
            let page = keys_only(self.query(&partition)).limit(i32::try_from(BATCH_SIZE).unwrap_or(i32::MAX));
            let items = Box::pin(page.send()).await.map_err(Error::from_sdk)?.items.unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            self.delete_batch_audited(items, audit_entry).await?;
        }
    }

    async fn delete_batch_audited(
        &self,
        mut items: Vec<Attributes>,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        while !items.is_empty() {
            let entry = audit_entry(u64::try_from(items.len()).unwrap_or_default());
            let mut writes = items.iter().map(|item| self.delete_existing(item)).collect::<Result<Vec<_>, _>>()?;
            writes.push(self.transact_put_outbox(&entry)?);
            match self.transact(writes).await? {
                TransactionOutcome::Committed => return Ok(()),
                // These items are already deleted, and the other writer counted them.
                TransactionOutcome::ConditionFailed(missing) => {
                    let mut index = 0;
                    items.retain(|_| {
                        index += 1;
                        !missing.contains(&(index - 1))
                    });
                }
            }
        }
        Ok(())
    }

    fn delete_existing(&self, item: &Attributes) -> Result<TransactWriteItem, Error> {
        self.transact_delete(key_of(item)).condition_expression("attribute_exists(pk)").into_write()
    }

    /// Deletes all items of a partition, without audit.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub(super) async fn delete_partition(&self, partition: String) -> Result<(), Error> {
        self.delete_all(self.query(partition)).await
    }

    /// Deletes the items of a partition with a sort key prefix, without audit.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub(super) async fn delete_prefix(&self, partition: String, prefix: String) -> Result<(), Error> {
        self.delete_all(self.query_prefix(partition, prefix)).await
    }

    async fn delete_all(&self, query: QueryFluentBuilder) -> Result<(), Error> {
        let mut pages = keys_only(query).into_paginator().send();
        while let Some(page) = Box::pin(pages.next()).await {
            let items = page.map_err(Error::from_sdk)?.items.unwrap_or_default();
            self.batch_delete(items.iter().map(key_of)).await?;
        }
        Ok(())
    }
}

fn keys_only(query: QueryFluentBuilder) -> QueryFluentBuilder {
    query.projection_expression("pk, sk")
}

fn key_of(item: &Attributes) -> Attributes {
    item.iter().filter(|(name, _)| *name == PK || *name == SK).map(|(name, key)| (name.clone(), key.clone())).collect()
}
