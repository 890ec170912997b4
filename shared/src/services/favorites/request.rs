//! What a request to add favourites asks for, and what it is answered.

use std::collections::HashMap;

use crate::{
    domain::{CustomerId, Favorite, IdempotencyKey, ProductId, UserId},
    store::{KeptRequest, KeptResult},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct AddFavorites {
    /// Who asks.
    pub owner: UserId,
    /// For whom.
    pub customer: CustomerId,
    /// Which products; one may be named twice.
    pub product_ids: Vec<ProductId>,
    /// The name of the request.
    pub key: Option<IdempotencyKey>,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// What came of each product, in the order asked.
    Now(Vec<(ProductId, Outcome)>),
    /// The same, as it was when the request was first made.
    Before(Vec<(ProductId, Outcome)>),
    /// An earlier request with the same idempotency key asked for something else.
    OtherRequest,
}

/// What came of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is a favourite now. `None` when it was one and is none any more, as a request that is repeated may find.
    Added(Option<Favorite>),
    /// It was one already.
    Duplicate(Option<Favorite>),
    /// The catalogue has no such product.
    NotFound,
    /// The catalogue did not say.
    Unavailable,
}

impl Outcome {
    /// The word that clients read.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Added(_) => "added",
            Self::Duplicate(_) => "duplicate",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
        }
    }

    /// The favourite, where there is one.
    #[must_use]
    pub const fn favorite(&self) -> Option<&Favorite> {
        match self {
            Self::Added(favorite) | Self::Duplicate(favorite) => favorite.as_ref(),
            Self::NotFound | Self::Unavailable => None,
        }
    }
}

/// What an earlier request was answered: its favourites as they were when they were added, if they still are ones.
pub(super) fn replay(earlier: KeptRequest, fingerprint: &str, there: &HashMap<ProductId, Favorite>) -> Added {
    if earlier.fingerprint != fingerprint {
        return Added::OtherRequest;
    }
    let outcome = |KeptResult { product_id, result, favorite }: KeptResult| {
        // A product that was removed and added again is another favourite.
        let favorite = there.get(&product_id).filter(|there| Some(there.id) == favorite).cloned();
        let outcome = match result.as_str() {
            "added" => Outcome::Added(favorite.map(Favorite::as_added)),
            "duplicate" => Outcome::Duplicate(favorite),
            "not_found" => Outcome::NotFound,
            _ => Outcome::Unavailable,
        };
        (product_id, outcome)
    };
    Added::Before(earlier.results.into_iter().map(outcome).collect())
}

/// What tells whether two requests ask for the same.
pub(super) fn fingerprint(customer: CustomerId, products: &[ProductId]) -> String {
    let ids: Vec<&str> = products.iter().map(ProductId::as_str).collect();
    format!("{customer} {}", ids.join(" "))
}
