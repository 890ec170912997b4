use std::collections::HashMap;

use super::{Favorites, IdempotencyRecord, IdempotentRequest, RecordedResult, idempotency::write_record, item};
use crate::{
    domain::{Favorite, OwnedCustomer, ProductId},
    store::{Error, OutboxEntry, customers, transaction::TransactionOutcome},
};

/// The result of adding favourites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FavoriteAddition {
    /// All products are favourites now.
    Added {
        /// The favourites that a concurrent request added first. All others were added by this
        /// call.
        existing: HashMap<ProductId, Favorite>,
    },
    /// A request with the same idempotency key was carried out concurrently. This is its record.
    Replayed(IdempotencyRecord),
    /// The owner does not have this customer.
    NoCustomer,
}

impl Favorites {
    /// Adds up to fifty favourites of different products together with the audit entry and the
    /// idempotency record, in one transaction.
    ///
    /// The transaction succeeds only while the owner has the customer, so a concurrent deletion of
    /// the customer leaves no favourites behind. When concurrent requests added some of the
    /// favourites, the transaction is repeated without those.
    ///
    /// `audit_entry` builds the audit entry for the favourites that the transaction adds. `results`
    /// builds the recorded results from the favourites that concurrent requests added.
    ///
    /// # Errors
    /// [`Error::Conflict`] after five attempts. Also when the table is unavailable or throttles.
    pub async fn add(
        &self,
        customer: OwnedCustomer,
        favorites: &[Favorite],
        request: Option<IdempotentRequest<'_>>,
        audit_entry: &(impl Fn(&[&Favorite]) -> OutboxEntry + Sync),
        results: &(impl Fn(&HashMap<ProductId, Favorite>) -> Vec<RecordedResult> + Sync),
    ) -> Result<FavoriteAddition, Error> {
        const MAX_ATTEMPTS: usize = 5;
        let OwnedCustomer { owner, id } = customer;
        let mut existing = HashMap::new();
        for _ in 0..MAX_ATTEMPTS {
            let missing: Vec<&Favorite> =
                favorites.iter().filter(|favorite| !existing.contains_key(&favorite.product_id)).collect();
            if missing.is_empty() {
                return Ok(FavoriteAddition::Added { existing });
            }
            let mut writes = vec![customers::exists_check(&self.0, owner, id)?];
            for favorite in &missing {
                writes.push(self.0.transact_put_new(item::write(id, favorite))?);
            }
            writes.push(self.0.transact_put_outbox(&audit_entry(&missing))?);
            if let Some(IdempotentRequest { key, fingerprint, at }) = request {
                let record = write_record(fingerprint, &results(&existing));
                writes.push(self.0.put_idempotency_record(owner, key, at, record)?);
            }
            match self.0.transact(writes).await? {
                TransactionOutcome::Committed => return Ok(FavoriteAddition::Added { existing }),
                TransactionOutcome::ConditionFailed(failed) if failed.contains(&0) => {
                    return Ok(FavoriteAddition::NoCustomer);
                }
                TransactionOutcome::ConditionFailed(_) => {}
            }
            let found = self.existing(id, favorites.iter().map(|favorite| &favorite.product_id)).await?;
            let is_own = |favorite: &&Favorite| found.get(&favorite.product_id).is_some_and(|it| it.id == favorite.id);
            if missing.iter().any(is_own) {
                // The response of the transaction was lost, and the SDK repeated it.
                return Ok(FavoriteAddition::Added { existing });
            }
            if let Some(IdempotentRequest { key, at, .. }) = request
                && let Some(record) = self.idempotency_record(owner, key, at).await?
            {
                return Ok(FavoriteAddition::Replayed(record));
            }
            existing = found;
        }
        Err(Error::Conflict)
    }
}
