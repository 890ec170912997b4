use crate::{
    audit::Audit,
    domain::{AuditAction, Error, OwnedCustomer, ProductId, RequestSource},
    store::{Customers, Favorites},
};

/// Removes products from a customer's favourites.
#[derive(Debug, Clone)]
pub struct FavoriteRemover {
    customers: Customers,
    favorites: Favorites,
    audit: Audit,
}

impl FavoriteRemover {
    /// Creates a remover that records its changes in `audit`.
    #[must_use]
    pub const fn new(customers: Customers, favorites: Favorites, audit: Audit) -> Self {
        Self { customers, favorites, audit }
    }

    /// Removes a favourite with its history and records the removal.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the account does not own the customer or the product is not a
    /// favourite. [`Error::Unavailable`] when the table is unavailable or the audit event could not
    /// be recorded.
    pub async fn remove(
        &self,
        customer: OwnedCustomer,
        product: &ProductId,
        source: &RequestSource,
    ) -> Result<(), Error> {
        let OwnedCustomer { owner, id } = customer;
        self.customers.get(owner, id).await?.ok_or(Error::NotFound)?;
        let favorite = self.favorites.remove(id, product).await?.ok_or(Error::NotFound)?;
        let event = self.audit.event(AuditAction::favorite_removed(owner, id, product), source);
        let (recorded, history_removed) =
            tokio::join!(self.audit.record(&event), self.favorites.remove_history(id, &favorite));
        if let Err(error) = history_removed {
            // The rest of the history is unreachable and is deleted with the customer.
            tracing::warn!(%error, cause = error.cause(), "the history of a removed favourite was not deleted");
        }
        Ok(recorded?)
    }
}
