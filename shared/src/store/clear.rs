//! Emptying partitions, however full they are. When it is interrupted, calling again removes the rest.

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::TransactWriteItem,
};

use super::{
    Error, OutboxEntry, Table,
    attributes::Attributes,
    keys::{PK, SK},
    transaction::{Outcome, TransactWrite},
};

/// A transaction takes a hundred writes; one is the entry that tells of the others.
const AT_ONCE: usize = 99;

impl Table {
    /// Removes all items of a partition in transactions with an entry that tells how many went: each item is told of once,
    /// also when two clear the same partition, or when an item is removed otherwise meanwhile.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub(super) async fn clear(
        &self,
        partition: String,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        loop {
            let page = self.keys_in(partition.clone(), None).limit(i32::try_from(AT_ONCE).unwrap_or(i32::MAX));
            let items = Box::pin(page.send()).await.map_err(Error::from_sdk)?.items.unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            self.remove_these(items, audit_entry).await?;
        }
    }

    async fn remove_these(
        &self,
        mut items: Vec<Attributes>,
        audit_entry: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        while !items.is_empty() {
            let entry = audit_entry(u64::try_from(items.len()).unwrap_or_default());
            let mut writes = items.iter().map(|item| self.removal(item)).collect::<Result<Vec<_>, _>>()?;
            writes.push(self.transact_put_outbox(&entry)?);
            match self.transact(writes).await? {
                Outcome::Done => return Ok(()),
                // They are gone already; whoever removed them told of them.
                Outcome::ConditionFailed(gone) => {
                    let mut at = 0;
                    items.retain(|_| {
                        at += 1;
                        !gone.contains(&(at - 1))
                    });
                }
            }
        }
        Ok(())
    }

    fn removal(&self, item: &Attributes) -> Result<TransactWriteItem, Error> {
        self.transact_delete(key_of(item)).condition_expression("attribute_exists(pk)").into_write()
    }

    /// Removes all items of a partition, or those whose sort keys begin like this, without telling anybody.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub(super) async fn wipe(&self, partition: String, prefix: Option<String>) -> Result<(), Error> {
        let mut pages = self.keys_in(partition, prefix).into_paginator().send();
        while let Some(page) = Box::pin(pages.next()).await {
            let items = page.map_err(Error::from_sdk)?.items.unwrap_or_default();
            self.batch_delete(items.iter().map(key_of)).await?;
        }
        Ok(())
    }

    fn keys_in(&self, partition: String, prefix: Option<String>) -> QueryFluentBuilder {
        let query = match prefix {
            None => self.query(partition),
            Some(prefix) => self.query_prefix(partition, prefix),
        };
        query.projection_expression("pk, sk")
    }
}

fn key_of(item: &Attributes) -> Attributes {
    item.iter().filter(|(name, _)| *name == PK || *name == SK).map(|(name, key)| (name.clone(), key.clone())).collect()
}
