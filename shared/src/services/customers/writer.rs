use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    audit::Audit,
    clock::Clock,
    domain::{Act, Customer, CustomerChanges, CustomerId, Error, IdempotencyKey, Origin, ProductId, UserId, WriteId},
    random::Random,
    store::{self, Created, Customers, Favorites, IfMatch, Updated},
};

/// Customers that are deleted at the same time.
const AT_ONCE: usize = 10;

/// Changes customers. Each change stands in one transaction with the event that tells of it.
#[derive(Debug, Clone)]
pub struct CustomerWriter {
    customers: Customers,
    favorites: Favorites,
    audit: Audit,
    clock: Clock,
    random: Random,
}

impl CustomerWriter {
    /// Changes what is in `customers` and `favorites`.
    #[must_use]
    pub const fn new(customers: Customers, favorites: Favorites, audit: Audit, clock: Clock, random: Random) -> Self {
        Self { customers, favorites, audit, clock, random }
    }

    /// As [`Customers::create`].
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn create(
        &self,
        customer: &Customer,
        key: Option<&IdempotencyKey>,
        origin: &Origin,
    ) -> Result<Created, Error> {
        let entry = self.audit.entry(&self.audit.event(Act::customer_created(customer), origin));
        let created = self.customers.create(customer, key, &entry).await?;
        if created == Created::Done {
            self.audit.hasten(&entry).await;
        }
        Ok(created)
    }

    /// Changes a customer of this owner's and gives it as it is afterwards. What changes nothing is not written, nor told of.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PreconditionFailed`], [`Error::CustomerEmailTaken`]. The table does not answer.
    pub async fn update(
        &self,
        owner: UserId,
        id: CustomerId,
        changes: &CustomerChanges,
        if_match: &IfMatch,
        origin: &Origin,
    ) -> Result<Customer, Error> {
        const ATTEMPTS: usize = 5;
        for _ in 0..ATTEMPTS {
            let before = self.customers.get(owner, id).await?.ok_or(Error::NotFound)?;
            if !if_match.allows(before.version) {
                return Err(Error::PreconditionFailed);
            }
            let changes = changes.clone().to(&before);
            if changes.is_empty() {
                return Ok(before);
            }
            let entry = self.audit.entry(&self.audit.event(Act::customer_updated(owner, id, &changes), origin));
            let now = self.clock.now();
            let write = WriteId::new(now, &self.random);
            match self.customers.update(&before, changes, (write, now), &entry).await? {
                Updated::Done(after) => {
                    self.audit.hasten(&entry).await;
                    return Ok(after);
                }
                Updated::EmailTaken => return Err(Error::CustomerEmailTaken),
                // Somebody else was faster: look again.
                Updated::Stale => {}
            }
        }
        Err(Error::Overloaded)
    }

    /// Deletes a customer of this owner's with its favourites, however many they are. It disappears at once; a deletion that
    /// was interrupted goes on when it is asked for again.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PreconditionFailed`]. The table does not answer.
    pub async fn delete(
        &self,
        owner: UserId,
        id: CustomerId,
        if_match: &IfMatch,
        by: UserId,
        origin: &Origin,
    ) -> Result<(), Error> {
        const ATTEMPTS: usize = 5;
        for _ in 0..ATTEMPTS {
            match self.customers.get(owner, id).await? {
                None if self.customers.is_shut(owner, id).await? => return self.finish(owner, id, by, origin).await,
                None => return Err(Error::NotFound),
                Some(customer) if !if_match.allows(customer.version) => return Err(Error::PreconditionFailed),
                Some(customer) => {
                    let entry = self.audit.entry(&self.audit.event(Act::customer_deleted(by, &customer), origin));
                    match self.customers.shut(&customer, self.clock.now(), &entry).await {
                        // It was changed, or somebody else deletes it: look again.
                        Err(store::Error::Conflict) => {}
                        outcome => {
                            outcome?;
                            self.audit.hasten(&entry).await;
                            return self.finish(owner, id, by, origin).await;
                        }
                    }
                }
            }
        }
        Err(Error::Overloaded)
    }

    async fn finish(&self, owner: UserId, id: CustomerId, by: UserId, origin: &Origin) -> Result<(), Error> {
        let told = |favorites| self.audit.entry(&self.audit.event(Act::favorites_cleared(by, id, favorites), origin));
        self.favorites.clear(id, &told).await?;
        Ok(self.customers.forget(owner, id).await?)
    }

    /// Deletes all customers of this owner's. When it is interrupted, calling again goes on.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn clear(&self, owner: UserId, by: UserId, origin: &Origin) -> Result<(), Error> {
        loop {
            let ids = self.customers.some_of(owner).await?;
            if ids.is_empty() {
                return Ok(());
            }
            let deletions =
                ids.into_iter().map(async |id| match self.delete(owner, id, &IfMatch::Exists, by, origin).await {
                    // Somebody else was faster.
                    Ok(()) | Err(Error::NotFound) => Ok(()),
                    Err(error) => Err(error),
                });
            stream::iter(deletions).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        }
    }

    /// Removes a favourite of a customer of this owner's.
    ///
    /// # Errors
    /// [`Error::NotFound`]. The table does not answer, or the event could not be recorded.
    pub async fn remove_favorite(
        &self,
        owner: UserId,
        id: CustomerId,
        product: &ProductId,
        origin: &Origin,
    ) -> Result<(), Error> {
        self.customers.get(owner, id).await?.ok_or(Error::NotFound)?;
        let favorite = self.favorites.remove(id, product).await?.ok_or(Error::NotFound)?;
        let event = self.audit.event(Act::favorite_removed(owner, id, product), origin);
        let (recorded, forgotten) =
            tokio::join!(self.audit.record(&event), self.favorites.forget_history(id, &favorite));
        if let Err(error) = forgotten {
            // Nobody sees what is left.
            tracing::warn!(%error, cause = error.cause(), "the history of a favourite that was removed is still there");
        }
        Ok(recorded?)
    }
}
