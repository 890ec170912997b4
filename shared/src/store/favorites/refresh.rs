use aws_sdk_dynamodb::types::AttributeValue;

use super::{Favorites, history, key};
use crate::{
    domain::{Current, CustomerId, Favorite, PastState, Refreshed, Sighting, rfc3339},
    store::{
        Error,
        attributes::s,
        snapshot,
        transaction::{Outcome, part},
    },
};

impl Favorites {
    /// Writes down what the catalogue says of a favourite now, and, where it is something else than before, what it became in
    /// its history: both or nothing. Whether something was written.
    ///
    /// The favourite must be as it was read: when somebody else refreshed or removed it meanwhile, nothing is written, and
    /// what that one saw stands.
    ///
    /// # Errors
    /// The table does not answer, or keeps throttling.
    pub async fn refresh(&self, customer: CustomerId, favorite: &Favorite, sighting: &Sighting) -> Result<bool, Error> {
        let mut writes = Vec::new();
        let now = match favorite.seen(sighting) {
            Refreshed::Same => return Ok(false),
            Refreshed::Confirmed(now) => now,
            Refreshed::Changed(now) => {
                let Current { snapshot, refreshed_at, available } = now.clone();
                let state = PastState { at: refreshed_at, snapshot, available };
                writes.push(self.0.put_new(history::write(customer, favorite, &state))?);
                now
            }
        };
        let update = self
            .0
            .update_part(key(customer, &favorite.product_id))
            .update_expression("SET #current = :current, refreshed_at = :now, available = :available")
            .condition_expression("favorite_id = :id AND refreshed_at = :before")
            // A reserved word.
            .expression_attribute_names("#current", "current")
            .expression_attribute_values(":current", snapshot::write(&now.snapshot))
            .expression_attribute_values(":now", s(rfc3339(now.refreshed_at)))
            .expression_attribute_values(":available", AttributeValue::Bool(now.available))
            .expression_attribute_values(":id", s(favorite.id.to_string()))
            .expression_attribute_values(":before", s(rfc3339(favorite.current.refreshed_at)));
        writes.push(part(update)?);
        Ok(matches!(self.0.transact(writes).await?, Outcome::Done))
    }
}
