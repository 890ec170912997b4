//! What takes several stores and the hasher together, for more than one function.

mod erasure;
mod password_check;

pub use erasure::Erasure;
pub use password_check::{Checked, PasswordCheck};
