use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use tokio::time::timeout;

use super::{AddFavorites, AddResult, confirmation::Confirmation, result::replay};
use crate::{
    audit::Audit,
    clock::Clock,
    domain::{
        AuditAction, AuditEvent, Error, Favorite, FavoriteId, OwnedCustomer, ProductId, RequestSource,
        truncate_to_millis,
    },
    random::Random,
    store::{
        self, Customers, FavoriteAddition, Favorites, IdempotencyRecord, IdempotentRequest, Products, RecordedResult,
    },
    upstream::{Catalog, CatalogError},
};

/// The maximum number of concurrent requests to the catalogue.
const MAX_CONCURRENCY: usize = 10;
/// The time limit for all requests to the catalogue together. A product without a response by then
/// is unavailable.
const CATALOG_TIMEOUT: Duration = Duration::from_secs(5);

/// Adds products to a customer's favourites.
///
/// Every product is fetched from the catalogue and not from the cache, because its current
/// properties become the frozen ones. A product is only added when the catalogue confirms it, and
/// only reported as not found when the catalogue reports it as absent.
#[derive(Debug, Clone)]
pub struct FavoriteAdder {
    /// The customers, for checking the owner.
    pub customers: Customers,
    /// The favourites.
    pub favorites: Favorites,
    /// The tracked products.
    pub products: Products,
    /// The catalogue.
    pub catalog: Catalog,
    /// The audit trail.
    pub audit: Audit,
    /// The clock.
    pub clock: Clock,
    /// The source of randomness for ids.
    pub random: Random,
}

/// The result of the first step.
enum Lookup {
    /// The listed products that are favourites already.
    Existing(HashMap<ProductId, Favorite>),
    /// The result of an earlier request with the same idempotency key.
    Replay(AddResult),
}

impl FavoriteAdder {
    /// Adds the listed products that are not favourites yet. They are added in one transaction,
    /// together with one audit event.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account does not own the customer. [`Error::Unavailable`] when
    /// the table is unavailable.
    pub async fn add(&self, request: &AddFavorites, source: &RequestSource) -> Result<AddResult, Error> {
        let now = truncate_to_millis(self.clock.now());
        let existing = match self.lookup(request, now).await? {
            Lookup::Existing(existing) => existing,
            Lookup::Replay(result) => return Ok(result),
        };
        let confirmation = self.confirm(request, existing).await;
        if confirmation.new.is_empty() {
            return Ok(AddResult::Done(confirmation.results(request, &HashMap::new())));
        }
        self.commit(request, &confirmation, now, source).await
    }

    /// Checks the owner and reads the favourites that exist and the record of an earlier request.
    async fn lookup(&self, request: &AddFavorites, now: Timestamp) -> Result<Lookup, Error> {
        let OwnedCustomer { owner, id } = request.customer;
        let (customer, existing) = tokio::try_join!(self.customers.get(owner, id), self.existing(request))?;
        customer.ok_or(Error::NotFound)?;
        // The record is read after the favourites. In the other order, favourites that a concurrent
        // attempt of this request adds in between would be reported as duplicates.
        if let Some(key) = &request.key
            && let Some(record) = self.favorites.idempotency_record(owner, key, now).await?
        {
            return Ok(Lookup::Replay(self.replay(record, request).await?));
        }
        Ok(Lookup::Existing(existing))
    }

    /// Fetches the listed products that are not favourites yet from the catalogue.
    async fn confirm(&self, request: &AddFavorites, existing: HashMap<ProductId, Favorite>) -> Confirmation {
        let is_new = |id: &&ProductId| !existing.contains_key(*id);
        let missing = request.distinct_products().into_iter().filter(is_new).cloned().collect();
        let mut confirmation = Confirmation { existing, new: Vec::new(), not_found: HashSet::new() };
        let fetch_all = async {
            let skipped = self.fetch(missing, &mut confirmation).await;
            // A circuit breaker that is half open lets one request through and skips the others. If
            // that one succeeded, the breaker is closed now and the others can be sent.
            if !confirmation.new.is_empty() || !confirmation.not_found.is_empty() {
                self.fetch(skipped, &mut confirmation).await;
            }
        };
        if timeout(CATALOG_TIMEOUT, fetch_all).await.is_err() {
            tracing::warn!("the catalogue did not respond for all products in time");
        }
        confirmation
    }

    /// Adds the confirmed products and records the audit event and the idempotency key.
    async fn commit(
        &self,
        request: &AddFavorites,
        confirmation: &Confirmation,
        now: Timestamp,
        source: &RequestSource,
    ) -> Result<AddResult, Error> {
        let new = &confirmation.new;
        let products: Vec<&ProductId> = new.iter().map(|favorite| &favorite.product_id).collect();
        self.products.track(products, now).await?;

        let OwnedCustomer { owner, id } = request.customer;
        // The event has the same id in every attempt of the transaction. Only the list of products
        // may differ.
        let event = self.audit.event(AuditAction::favorites_added(owner, id, [].iter()), source);
        let audit_entry = |added: &[&Favorite]| {
            let products: Vec<&ProductId> = added.iter().map(|favorite| &favorite.product_id).collect();
            let action = AuditAction::favorites_added(owner, id, products.into_iter());
            self.audit.outbox_entry(&AuditEvent { action, ..event.clone() })
        };
        let results = |added_meanwhile: &HashMap<ProductId, Favorite>| {
            confirmation.results(request, added_meanwhile).into_iter().map(RecordedResult::from).collect()
        };
        let fingerprint = request.fingerprint();
        let keyed = request.key.as_ref().map(|key| IdempotentRequest { key, fingerprint: &fingerprint, at: now });
        let addition = self.favorites.add(request.customer, new, keyed, &audit_entry, &results).await;
        let added_meanwhile = match addition.map_err(|error| error.conflict_as(Error::Overloaded))? {
            FavoriteAddition::Added { existing } => existing,
            // The customer was deleted during the requests to the catalogue.
            FavoriteAddition::NoCustomer => return Err(Error::NotFound),
            FavoriteAddition::Replayed(record) => return self.replay(record, request).await,
        };
        let is_added = |favorite: &&Favorite| !added_meanwhile.contains_key(&favorite.product_id);
        let added: Vec<&Favorite> = new.iter().filter(is_added).collect();
        if !added.is_empty() {
            self.audit.publish_now(&audit_entry(&added)).await;
        }
        Ok(AddResult::Done(confirmation.results(request, &added_meanwhile)))
    }

    async fn existing(&self, request: &AddFavorites) -> Result<HashMap<ProductId, Favorite>, store::Error> {
        self.favorites.existing(request.customer.id, request.distinct_products()).await
    }

    /// Reads the favourites again: the earlier attempt may have added some after they were read
    /// first.
    async fn replay(&self, record: IdempotencyRecord, request: &AddFavorites) -> Result<AddResult, Error> {
        Ok(replay(record, &request.fingerprint(), &self.existing(request).await?))
    }

    /// Fetches products concurrently. Returns those that were skipped because the circuit breaker
    /// is open.
    async fn fetch(&self, ids: Vec<ProductId>, confirmation: &mut Confirmation) -> Vec<ProductId> {
        let now = truncate_to_millis(self.clock.now());
        let fetch = async |id: ProductId| {
            let response = self.catalog.product(&id).await;
            (id, response)
        };
        let mut responses = stream::iter(ids.into_iter().map(fetch)).buffer_unordered(MAX_CONCURRENCY);
        let mut skipped = Vec::new();
        while let Some((id, response)) = responses.next().await {
            match response {
                Ok(Some(product)) => {
                    let favorite_id = FavoriteId::new(now, &self.random);
                    confirmation.new.push(Favorite::new(favorite_id, product, now));
                }
                Ok(None) => {
                    confirmation.not_found.insert(id);
                }
                Err(CatalogError::CircuitOpen) => skipped.push(id),
                Err(error) => {
                    tracing::warn!(%error, cause = error.cause(), product = %id, "a product cannot be fetched");
                }
            }
        }
        skipped
    }
}
