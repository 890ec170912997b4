//! Customers and their favourites, with what each change tells the audit trail. Whose a customer is decides who may do what: its
//! owner everything, an administrator may look, and to everybody else it does not exist.

mod add_request;
mod favorite_adder;
mod reader;
mod writer;

pub use add_request::{AddFavorites, Added, Outcome};
pub use favorite_adder::FavoriteAdder;
pub use reader::{CustomerReader, Reader};
pub use writer::CustomerWriter;
