use aws_sdk_dynamodb::types::AttributeValue;

use super::{Favorites, history, key};
use crate::{
    domain::{CurrentState, CustomerId, Favorite, PastState, FavoriteUpdate, CachedProduct, rfc3339},
    store::{
        Error,
        attributes::s,
        snapshot,
        transaction::{Outcome, TransactWrite},
    },
};

/// Nobody has refreshed it meanwhile, nor removed it and added it again.
const AS_IT_WAS_READ: &str = "favorite_id = :id AND refreshed_at = :before";

impl Favorites {
    /// Writes down what the catalogue says of a favourite now, and, where it is something else than before, what it became in
    /// its history: both or nothing. Whether something was written.
    ///
    /// The favourite must be as it was read: when somebody else refreshed or removed it meanwhile, nothing is written, and
    /// what that one saw stands.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn refresh(&self, customer: CustomerId, favorite: &Favorite, sighting: &CachedProduct) -> Result<bool, Error> {
        match favorite.seen(sighting) {
            FavoriteUpdate::Same => Ok(false),
            FavoriteUpdate::Confirmed(now) => self.confirm(customer, favorite, &now).await,
            FavoriteUpdate::Changed(now) => self.change(customer, favorite, now).await,
        }
    }

    async fn change(&self, customer: CustomerId, favorite: &Favorite, now: CurrentState) -> Result<bool, Error> {
        let update = self
            .0
            .transact_update(key(customer, &favorite.product_id))
            .update_expression("SET #current = :current, refreshed_at = :now, available = :available")
            .condition_expression(AS_IT_WAS_READ)
            // A reserved word.
            .expression_attribute_names("#current", "current")
            .expression_attribute_values(":current", snapshot::write(&now.snapshot))
            .expression_attribute_values(":now", s(rfc3339(now.refreshed_at)))
            .expression_attribute_values(":available", AttributeValue::Bool(now.available))
            .expression_attribute_values(":id", s(favorite.id.to_string()))
            .expression_attribute_values(":before", s(rfc3339(favorite.current.refreshed_at)));
        let CurrentState { snapshot, refreshed_at, available } = now;
        let state = PastState { at: refreshed_at, snapshot, available };
        let writes = vec![update.into_write()?, self.0.transact_put_new(history::write(customer, favorite, &state))?];
        Ok(matches!(self.0.transact(writes).await?, Outcome::Done))
    }

    /// One plain write, at half the price of a transaction: this is what happens to most favourites in most rounds.
    async fn confirm(&self, customer: CustomerId, favorite: &Favorite, now: &CurrentState) -> Result<bool, Error> {
        let update = self
            .0
            .update(key(customer, &favorite.product_id))
            .update_expression("SET refreshed_at = :now")
            .condition_expression(AS_IT_WAS_READ)
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
