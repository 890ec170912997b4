use jiff::Timestamp;

use super::{FavoriteId, Product, ProductId, Snapshot};

/// A product that a customer likes. What it was when it was favourited stays as it was; what it is now moves with each
/// refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Favorite {
    /// This time that the product became a favourite.
    pub id: FavoriteId,
    /// The product.
    pub product_id: ProductId,
    /// What it was then.
    pub frozen: Snapshot,
    /// When that was.
    pub favorited_at: Timestamp,
    /// What it is now.
    pub current: Current,
}

/// What a favourite is now, as far as the last refresh saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// What the catalogue says, or last said.
    pub snapshot: Snapshot,
    /// When it said so.
    pub refreshed_at: Timestamp,
    /// Whether the catalogue still has it.
    pub available: bool,
}

/// What a favourite was from some moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastState {
    /// From when.
    pub at: Timestamp,
    /// What the catalogue said.
    pub snapshot: Snapshot,
    /// Whether the catalogue had it.
    pub available: bool,
}

/// What the catalogue said of a product when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Which product.
    pub product_id: ProductId,
    /// When it was asked.
    pub at: Timestamp,
    /// What it said; `None` when it has no such product.
    pub snapshot: Option<Snapshot>,
}

/// What a sighting means for a favourite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The product is another one now: it costs more, say, or is gone.
    Changed(Current),
    /// The product is what it was, which was not confirmed for a while.
    Confirmed(Current),
    /// Nothing that would be worth a write.
    Same,
}

impl Favorite {
    /// A product becomes a favourite as the catalogue says that it is now.
    #[must_use]
    pub fn new(id: FavoriteId, Product { id: product_id, snapshot }: Product, now: Timestamp) -> Self {
        let current = Current { snapshot: snapshot.clone(), refreshed_at: now, available: true };
        Self { id, product_id, frozen: snapshot, favorited_at: now, current }
    }

    /// The favourite as it was when it was added.
    #[must_use]
    pub fn as_added(self) -> Self {
        let current = Current { snapshot: self.frozen.clone(), refreshed_at: self.favorited_at, available: true };
        Self { current, ..self }
    }

    /// What it was when it was added, as the first of its states.
    #[must_use]
    pub fn as_it_was(&self) -> PastState {
        PastState { at: self.favorited_at, snapshot: self.frozen.clone(), available: true }
    }

    /// How much more it costs now than when it was favourited; negative when it costs less.
    #[must_use]
    pub fn price_change(&self) -> String {
        self.current.snapshot.price.change_since(self.frozen.price)
    }

    /// What a sighting makes of it. An older one than the last changes nothing, so that it does not matter in which order, or
    /// how often, they arrive. A product that is gone keeps what was last known of it.
    #[must_use]
    pub fn seen(&self, sighting: &Sighting) -> Refreshed {
        /// Rewriting a favourite that did not change costs as much as one that did.
        const CONFIRMED_FOR: i64 = 60 * 60;
        if sighting.at <= self.current.refreshed_at {
            return Refreshed::Same;
        }
        let snapshot = sighting.snapshot.as_ref().unwrap_or(&self.current.snapshot).clone();
        let now = Current { snapshot, refreshed_at: sighting.at, available: sighting.snapshot.is_some() };
        if (&now.snapshot, now.available) != (&self.current.snapshot, self.current.available) {
            return Refreshed::Changed(now);
        }
        let age = sighting.at.as_second() - self.current.refreshed_at.as_second();
        if age >= CONFIRMED_FOR { Refreshed::Confirmed(now) } else { Refreshed::Same }
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

    fn seen(second: i64, snapshot: Option<Snapshot>) -> Sighting {
        Sighting { product_id: ProductId::parse("1").unwrap(), at: at(second), snapshot }
    }

    #[test]
    fn a_new_price_changes_what_it_is_and_not_what_it_was() {
        let mut favorite = favorite();
        let Refreshed::Changed(now) = favorite.seen(&seen(1, Some(snapshot("12.5")))) else { panic!() };
        favorite.current = now;
        assert_eq!((favorite.price_change().as_str(), &favorite.frozen), ("2.50", &snapshot("10")));
    }

    #[test]
    fn a_product_that_is_gone_keeps_what_was_known_of_it() {
        let Refreshed::Changed(now) = favorite().seen(&seen(1, None)) else { panic!() };
        assert_eq!(now, Current { snapshot: snapshot("10"), refreshed_at: at(1), available: false });
    }

    #[test]
    fn an_older_sighting_changes_nothing() {
        for second in [-5, 0] {
            assert_eq!(favorite().seen(&seen(second, Some(snapshot("1")))), Refreshed::Same);
        }
    }

    #[test]
    fn what_stays_the_same_is_confirmed_once_an_hour() {
        assert_eq!(favorite().seen(&seen(3599, Some(snapshot("10.00")))), Refreshed::Same);
        let now = Current { snapshot: snapshot("10"), refreshed_at: at(3600), available: true };
        assert_eq!(favorite().seen(&seen(3600, Some(snapshot("10")))), Refreshed::Confirmed(now));
    }
}
