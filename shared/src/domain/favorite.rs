//! Favourites. [`Favorite::price_change`] is the difference between the frozen and the current
//! price; [`Favorite::update_from`] detects that a refresh found a change.

use jiff::Timestamp;

use super::{FavoriteId, Product, ProductId, Snapshot};

/// A product among a customer's favourites.
///
/// [`Favorite::frozen`] is the product at the time it was added and never changes.
/// [`Favorite::current`] is updated by each refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favorite {
    /// The id of this addition. A product that is removed and added again gets a new id.
    pub id: FavoriteId,
    /// The product.
    pub product_id: ProductId,
    /// The product's properties at the time it was added.
    pub frozen: Snapshot,
    /// The time at which the product was added.
    pub favorited_at: Timestamp,
    /// The product's state as of the last refresh.
    pub current: CurrentState,
}

/// The state of a favourite as of its last refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentState {
    /// The product's properties, or the last known ones of a product that is no longer available.
    pub snapshot: Snapshot,
    /// The time at which the catalogue was queried.
    pub refreshed_at: Timestamp,
    /// `false` when the catalogue no longer has the product.
    pub available: bool,
}

/// One entry of a favourite's history: a state and the time from which it applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastState {
    /// The time from which the state applied.
    pub at: Timestamp,
    /// The product's properties.
    pub snapshot: Snapshot,
    /// `false` when the catalogue no longer had the product.
    pub available: bool,
}

/// The catalogue's answer for one product, cached with the time of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedProduct {
    /// The product.
    pub product_id: ProductId,
    /// The time at which the catalogue was queried.
    pub fetched_at: Timestamp,
    /// The product's properties; `None` when the catalogue has no such product.
    pub snapshot: Option<Snapshot>,
}

/// The change that a catalogue answer makes to a favourite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FavoriteUpdate {
    /// The price, another property or the availability changed.
    Changed(CurrentState),
    /// Nothing changed since the last refresh, which is at least an hour ago: only `refreshed_at`
    /// moves.
    Confirmed(CurrentState),
    /// Nothing to write.
    Unchanged,
}

impl Favorite {
    /// A new favourite, frozen and current at the product's properties of `now`.
    #[must_use]
    pub fn new(id: FavoriteId, Product { id: product_id, snapshot }: Product, now: Timestamp) -> Self {
        let current = CurrentState { snapshot: snapshot.clone(), refreshed_at: now, available: true };
        Self { id, product_id, frozen: snapshot, favorited_at: now, current }
    }

    /// The favourite as it was when it was added: the current state is reset to the frozen one.
    #[must_use]
    pub fn as_added(self) -> Self {
        let current = CurrentState { snapshot: self.frozen.clone(), refreshed_at: self.favorited_at, available: true };
        Self { current, ..self }
    }

    /// The first entry of the history: the state when the favourite was added.
    #[must_use]
    pub fn initial_state(&self) -> PastState {
        PastState { at: self.favorited_at, snapshot: self.frozen.clone(), available: true }
    }

    /// The price change since the product was added: `"2.50"` after a rise, `"-2.50"` after a fall.
    #[must_use]
    pub fn price_change(&self) -> String {
        self.current.snapshot.price.change_since(self.frozen.price)
    }

    /// The change that a catalogue answer makes to this favourite.
    ///
    /// An answer that is not newer than the last refresh changes nothing, so answers may arrive in
    /// any order and more than once. The last known properties of a product that is no longer
    /// available are retained.
    #[must_use]
    pub fn update_from(&self, latest: &CachedProduct) -> FavoriteUpdate {
        /// In seconds. A write that only confirms costs as much as one that changes something.
        const CONFIRMATION_INTERVAL: i64 = 60 * 60;
        if latest.fetched_at <= self.current.refreshed_at {
            return FavoriteUpdate::Unchanged;
        }
        let snapshot = latest.snapshot.as_ref().unwrap_or(&self.current.snapshot).clone();
        let now = CurrentState { snapshot, refreshed_at: latest.fetched_at, available: latest.snapshot.is_some() };
        if (&now.snapshot, now.available) != (&self.current.snapshot, self.current.available) {
            return FavoriteUpdate::Changed(now);
        }
        let age = latest.fetched_at.as_second() - self.current.refreshed_at.as_second();
        if age >= CONFIRMATION_INTERVAL { FavoriteUpdate::Confirmed(now) } else { FavoriteUpdate::Unchanged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Price, random::Random};

    fn snapshot(price: &str) -> Snapshot {
        Snapshot { title: "Chair".into(), image_url: None, price: Price::parse(price).unwrap(), review: None }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn favorite() -> Favorite {
        let product = Product { id: ProductId::parse("1").unwrap(), snapshot: snapshot("10") };
        Favorite::new(FavoriteId::new(at(0), &Random::system()), product, at(0))
    }

    fn fetched(second: i64, snapshot: Option<Snapshot>) -> CachedProduct {
        CachedProduct { product_id: ProductId::parse("1").unwrap(), fetched_at: at(second), snapshot }
    }

    #[test]
    fn a_new_price_changes_the_current_state_and_not_the_frozen_one() {
        let mut favorite = favorite();
        let FavoriteUpdate::Changed(now) = favorite.update_from(&fetched(1, Some(snapshot("12.5")))) else { panic!() };
        favorite.current = now;
        assert_eq!((favorite.price_change().as_str(), &favorite.frozen), ("2.50", &snapshot("10")));
    }

    #[test]
    fn an_unavailable_product_keeps_its_last_known_properties() {
        let FavoriteUpdate::Changed(now) = favorite().update_from(&fetched(1, None)) else { panic!() };
        assert_eq!(now, CurrentState { snapshot: snapshot("10"), refreshed_at: at(1), available: false });
    }

    #[test]
    fn an_older_answer_changes_nothing() {
        for second in [-5, 0] {
            assert_eq!(favorite().update_from(&fetched(second, Some(snapshot("1")))), FavoriteUpdate::Unchanged);
        }
    }

    #[test]
    fn an_unchanged_product_is_confirmed_once_an_hour() {
        assert_eq!(favorite().update_from(&fetched(3599, Some(snapshot("10.00")))), FavoriteUpdate::Unchanged);
        let now = CurrentState { snapshot: snapshot("10"), refreshed_at: at(3600), available: true };
        assert_eq!(favorite().update_from(&fetched(3600, Some(snapshot("10")))), FavoriteUpdate::Confirmed(now));
    }
}
