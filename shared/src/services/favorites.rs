//! Adding and removing a customer's favourites. The update of existing ones is in
//! [`catalog`](super::catalog).

mod adder;
mod confirmation;
mod remover;
mod request;
mod result;

pub use adder::FavoriteAdder;
pub use remover::FavoriteRemover;
pub use request::AddFavorites;
pub use result::{AddResult, ProductOutcome, ProductResult};
