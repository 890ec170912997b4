use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    audit::Audit,
    clock::Clock,
    domain::{AuditAction, Customer, CustomerChanges, CustomerId, Error, IdempotencyKey, RequestSource, UserId, Write},
    random::Random,
    store::{self, CustomerCreation, CustomerUpdate, Customers, ExpectedVersion, Favorites, OutboxEntry},
};

/// The maximum number of customers that are deleted concurrently.
const MAX_CONCURRENCY: usize = 10;
/// The maximum number of attempts of a change that loses against concurrent ones.
const MAX_ATTEMPTS: usize = 5;

/// Creates, changes and deletes customers. Each change is one transaction with its audit event.
#[derive(Debug, Clone)]
pub struct CustomerWriter {
    /// The customers.
    pub customers: Customers,
    /// The favourites.
    pub favorites: Favorites,
    /// Records the changes.
    pub audit: Audit,
    /// The clock.
    pub clock: Clock,
    /// The randomness for ids.
    pub random: Random,
}

impl CustomerWriter {
    /// Creates a customer and records the creation. See [`Customers::create`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the table is unavailable.
    pub async fn create(
        &self,
        customer: &Customer,
        key: Option<&IdempotencyKey>,
        source: &RequestSource,
    ) -> Result<CustomerCreation, Error> {
        let entry = self.audit_entry(AuditAction::customer_created(customer), source);
        let creation = self.customers.create(customer, key, &entry).await?;
        if creation == CustomerCreation::Created {
            self.audit.publish_now(&entry).await;
        }
        Ok(creation)
    }

    /// Changes a customer and returns its new state. A request that changes nothing is neither
    /// written nor audited.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PreconditionFailed`], [`Error::CustomerEmailTaken`].
    /// [`Error::Overloaded`] when concurrent changes were faster in five attempts.
    /// [`Error::Unavailable`] when the table is unavailable.
    pub async fn update(
        &self,
        owner: UserId,
        id: CustomerId,
        changes: &CustomerChanges,
        expected: &ExpectedVersion,
        source: &RequestSource,
    ) -> Result<Customer, Error> {
        for _ in 0..MAX_ATTEMPTS {
            let before = self.customers.get(owner, id).await?.ok_or(Error::NotFound)?;
            if !expected.matches(before.version) {
                return Err(Error::PreconditionFailed);
            }
            let changes = changes.clone().differing_from(&before);
            if changes.is_empty() {
                return Ok(before);
            }
            let entry = self.audit_entry(AuditAction::customer_updated(owner, id, &changes), source);
            let write = Write::new(self.clock.now(), &self.random);
            match self.customers.update(&before, changes, write, &entry).await? {
                CustomerUpdate::Updated(after) => {
                    self.audit.publish_now(&entry).await;
                    return Ok(after);
                }
                CustomerUpdate::EmailTaken => return Err(Error::CustomerEmailTaken),
                CustomerUpdate::Outdated => {}
            }
        }
        Err(Error::Overloaded)
    }

    /// Deletes a customer with all its favourites.
    ///
    /// The customer disappears at once; its favourites are deleted afterwards. After an
    /// interruption, another call completes the deletion.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::PreconditionFailed`]. [`Error::Overloaded`] when concurrent
    /// changes were faster in five attempts. [`Error::Unavailable`] when the table is unavailable.
    pub async fn delete(
        &self,
        owner: UserId,
        id: CustomerId,
        expected: &ExpectedVersion,
        by: UserId,
        source: &RequestSource,
    ) -> Result<(), Error> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(customer) = self.customers.get(owner, id).await? else {
                if self.customers.is_marked_deleted(owner, id).await? {
                    return self.complete_deletion(owner, id, by, source).await;
                }
                return Err(Error::NotFound);
            };
            if !expected.matches(customer.version) {
                return Err(Error::PreconditionFailed);
            }
            let entry = self.audit_entry(AuditAction::customer_deleted(by, &customer), source);
            match self.customers.mark_deleted(&customer, self.clock.now(), &entry).await {
                Ok(()) => {
                    self.audit.publish_now(&entry).await;
                    return self.complete_deletion(owner, id, by, source).await;
                }
                // The customer was changed or deleted concurrently.
                Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Overloaded)
    }

    /// Deletes all customers of an account. After an interruption, another call deletes the rest.
    ///
    /// # Errors
    /// [`Error::Overloaded`], as for [`CustomerWriter::delete`]. [`Error::Unavailable`] when the
    /// table is unavailable.
    pub async fn delete_all(&self, owner: UserId, by: UserId, source: &RequestSource) -> Result<(), Error> {
        loop {
            let ids = self.customers.oldest_ids(owner).await?;
            if ids.is_empty() {
                return Ok(());
            }
            let delete = async |id| match self.delete(owner, id, &ExpectedVersion::Any, by, source).await {
                // `NotFound`: the customer was deleted concurrently.
                Ok(()) | Err(Error::NotFound) => Ok(()),
                Err(error) => Err(error),
            };
            let deletions = stream::iter(ids.into_iter().map(delete));
            deletions.buffer_unordered(MAX_CONCURRENCY).try_collect::<()>().await?;
        }
    }

    /// Deletes the favourites of a customer that is marked as deleted, then the mark.
    async fn complete_deletion(
        &self,
        owner: UserId,
        id: CustomerId,
        by: UserId,
        source: &RequestSource,
    ) -> Result<(), Error> {
        let audit_entry = |count| self.audit_entry(AuditAction::favorites_cleared(by, id, count), source);
        self.favorites.clear(id, &audit_entry).await?;
        Ok(self.customers.remove_deletion_mark(owner, id).await?)
    }

    fn audit_entry(&self, action: AuditAction, source: &RequestSource) -> OutboxEntry {
        self.audit.outbox_entry(&self.audit.event(action, source))
    }
}
