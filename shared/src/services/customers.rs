//! Customer lookups and changes. Owners read and change their own customers; administrators may read
//! any customer; to everyone else a customer does not exist.

mod reader;
mod writer;

pub use reader::{CustomerReader, Reader};
pub use writer::CustomerWriter;
