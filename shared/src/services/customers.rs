//! Reading and changing customers. An account reads and changes its own customers. An administrator
//! can read all customers. For any other account, a customer does not exist.

mod reader;
mod writer;

pub use reader::{Caller, CustomerReader};
pub use writer::CustomerWriter;
