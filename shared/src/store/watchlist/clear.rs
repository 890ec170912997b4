use aws_sdk_dynamodb::types::{Delete, DeleteRequest, TransactWriteItem, WriteRequest};

use super::{Attributes, Watchlist};
use crate::{
    domain::UserId,
    store::{
        Error, OutboxEntry,
        attributes::s,
        keys::{self, PK, SK},
        transaction::Outcome,
    },
};

/// A transaction takes a hundred writes; one is the entry that tells of the others.
const AT_ONCE: usize = 99;

impl Watchlist {
    /// Removes all items of this owner's, however many they are, and the answers that are kept for repeated requests. When
    /// it is interrupted, calling again removes the rest.
    ///
    /// Items go in transactions with an entry that tells how many went: each item is told of once, also when two clear the
    /// same watchlist, or when the owner removes an item meanwhile.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn clear(&self, owner: UserId, told: &(impl Fn(u64) -> OutboxEntry + Sync)) -> Result<(), Error> {
        loop {
            let page = self.keys(keys::watchlist(owner)).limit(i32::try_from(AT_ONCE).unwrap_or(i32::MAX));
            let items = Box::pin(page.send()).await.map_err(Error::from_sdk)?.items.unwrap_or_default();
            if items.is_empty() {
                break;
            }
            self.remove_these(items, told).await?;
        }
        Box::pin(self.clear_requests(owner)).await
    }

    async fn remove_these(
        &self,
        mut items: Vec<Attributes>,
        told: &(impl Fn(u64) -> OutboxEntry + Sync),
    ) -> Result<(), Error> {
        while !items.is_empty() {
            let entry = told(u64::try_from(items.len()).unwrap_or_default());
            let mut writes = items.iter().map(|item| self.removal(item)).collect::<Result<Vec<_>, _>>()?;
            writes.push(self.0.put_entry(&entry)?);
            match self.0.transact(writes).await? {
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
        let delete = Delete::builder().table_name(&self.0.name).set_key(Some(key_of(item)));
        let delete = delete.condition_expression("attribute_exists(pk)").build().map_err(Error::from_build)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    async fn clear_requests(&self, owner: UserId) -> Result<(), Error> {
        let mut pages = self.keys(keys::requests(owner)).into_paginator().send();
        while let Some(page) = pages.next().await {
            let records = page.map_err(Error::from_sdk)?.items.unwrap_or_default();
            let deletes = records.iter().map(|record| {
                let delete = DeleteRequest::builder().set_key(Some(key_of(record))).build();
                Ok(WriteRequest::builder().delete_request(delete.map_err(Error::from_build)?).build())
            });
            self.0.write_all(deletes.collect::<Result<_, Error>>()?).await?;
        }
        Ok(())
    }

    fn keys(&self, partition: String) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.0
            .client
            .query()
            .table_name(&self.0.name)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(partition))
            .projection_expression("pk, sk")
    }
}

fn key_of(item: &Attributes) -> Attributes {
    item.iter().filter(|(name, _)| *name == PK || *name == SK).map(|(name, key)| (name.clone(), key.clone())).collect()
}
