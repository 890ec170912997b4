//! Adding favourites to a customer: lookup, catalogue, one transaction.

mod adder;
mod request;

pub use adder::FavoriteAdder;
pub use request::{AddFavorites, Added, Outcome};
