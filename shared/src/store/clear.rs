//! Emptying partitions, however full they are. When it is interrupted, calling again removes the rest.

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{Delete, DeleteRequest, TransactWriteItem, WriteRequest},
};

use super::{
    Error, OutboxEntry, Table,
    attributes::{Attributes, s},
    keys::{PK, SK},
    transaction::Outcome,
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
        told: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        loop {
            let page = self.keys_in(partition.clone(), None).limit(i32::try_from(AT_ONCE).unwrap_or(i32::MAX));
            let items = Box::pin(page.send()).await.map_err(Error::from_sdk)?.items.unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            self.remove_these(items, told).await?;
        }
    }

    async fn remove_these(
        &self,
        mut items: Vec<Attributes>,
        told: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        while !items.is_empty() {
            let entry = told(u64::try_from(items.len()).unwrap_or_default());
            let mut writes = items.iter().map(|item| self.removal(item)).collect::<Result<Vec<_>, _>>()?;
            writes.push(self.put_entry(&entry)?);
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
        let delete = Delete::builder().table_name(&self.name).set_key(Some(key_of(item)));
        let delete = delete.condition_expression("attribute_exists(pk)").build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Removes all items of a partition, or those whose sort keys begin like this, without telling anybody.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub(super) async fn wipe(&self, partition: String, prefix: Option<String>) -> Result<(), Error> {
        let mut pages = self.keys_in(partition, prefix).into_paginator().send();
        while let Some(page) = Box::pin(pages.next()).await {
            let items = page.map_err(Error::from_sdk)?.items.unwrap_or_default();
            let deletes = items.iter().map(|item| {
                let delete = DeleteRequest::builder().set_key(Some(key_of(item))).build();
                Ok(WriteRequest::builder().delete_request(delete.map_err(Error::from_build)?).build())
            });
            self.write_all(deletes.collect::<Result<_, Error>>()?).await?;
        }
        Ok(())
    }

    fn keys_in(&self, partition: String, prefix: Option<String>) -> QueryFluentBuilder {
        let condition = if prefix.is_some() { "pk = :pk AND begins_with(sk, :prefix)" } else { "pk = :pk" };
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .key_condition_expression(condition)
            .expression_attribute_values(":pk", s(partition))
            .projection_expression("pk, sk");
        match prefix {
            None => query,
            Some(prefix) => query.expression_attribute_values(":prefix", s(prefix)),
        }
    }
}

fn key_of(item: &Attributes) -> Attributes {
    item.iter().filter(|(name, _)| *name == PK || *name == SK).map(|(name, key)| (name.clone(), key.clone())).collect()
}
