//! Customers and their favourites, with what each change tells the audit trail. Whose a customer is decides who may do what: its
//! owner everything, an administrator may look, and to everybody else it does not exist.

mod adding;
mod reader;
mod writer;

pub use adding::{AddFavorites, Added, FavoriteAdder, Outcome};
pub use reader::{CustomerReader, Reader};
pub use writer::CustomerWriter;
