use aws_sdk_dynamodb::types::AttributeValue;

use super::{Favorites, history, key};
use crate::{
    domain::{CachedProduct, CurrentState, CustomerId, Favorite, FavoriteUpdate, PastState, rfc3339},
    store::{
        Error,
        attributes::s,
        snapshot,
        transaction::{TransactWrite, TransactionOutcome},
    },
};

/// The favourite was not refreshed since it was read, and not removed and added again.
const UNCHANGED_SINCE_READ: &str = "favorite_id = :id AND refreshed_at = :before";

impl Favorites {
    /// Updates a favourite with the catalogue's latest answer. A change is also added to the
    /// history, in the same transaction.
    ///
    /// Returns whether something was written. Nothing is written when the favourite was refreshed
    /// or removed since the caller read it.
    ///
    /// # Errors
    /// The table is unavailable or throttles.
    pub async fn refresh(
        &self,
        customer: CustomerId,
        favorite: &Favorite,
        latest: &CachedProduct,
    ) -> Result<bool, Error> {
        match favorite.update_from(latest) {
            FavoriteUpdate::Unchanged => Ok(false),
            FavoriteUpdate::Confirmed(now) => self.confirm(customer, favorite, &now).await,
            FavoriteUpdate::Changed(now) => self.change(customer, favorite, now).await,
        }
    }

    async fn change(&self, customer: CustomerId, favorite: &Favorite, now: CurrentState) -> Result<bool, Error> {
        let update = self
            .0
            .transact_update(key(customer, &favorite.product_id))
            .update_expression("SET #current = :current, refreshed_at = :now, available = :available")
            .condition_expression(UNCHANGED_SINCE_READ)
            // `current` is a reserved word.
            .expression_attribute_names("#current", "current")
            .expression_attribute_values(":current", snapshot::write(&now.snapshot))
            .expression_attribute_values(":now", s(rfc3339(now.refreshed_at)))
            .expression_attribute_values(":available", AttributeValue::Bool(now.available))
            .expression_attribute_values(":id", s(favorite.id.to_string()))
            .expression_attribute_values(":before", s(rfc3339(favorite.current.refreshed_at)));
        let CurrentState { snapshot, refreshed_at, available } = now;
        let state = PastState { at: refreshed_at, snapshot, available };
        let writes = vec![update.into_write()?, self.0.transact_put_new(history::write(customer, favorite, &state))?];
        Ok(matches!(self.0.transact(writes).await?, TransactionOutcome::Committed))
    }

    /// Writes only the time, without a transaction, which would cost twice as much. Most favourites
    /// do not change in most rounds.
    async fn confirm(&self, customer: CustomerId, favorite: &Favorite, now: &CurrentState) -> Result<bool, Error> {
        let update = self
            .0
            .update(key(customer, &favorite.product_id))
            .update_expression("SET refreshed_at = :now")
            .condition_expression(UNCHANGED_SINCE_READ)
            .expression_attribute_values(":now", s(rfc3339(now.refreshed_at)))
            .expression_attribute_values(":id", s(favorite.id.to_string()))
            .expression_attribute_values(":before", s(rfc3339(favorite.current.refreshed_at)));
        match Box::pin(update.send()).await.map_err(Error::from_sdk) {
            Ok(_) => Ok(true),
            Err(Error::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
