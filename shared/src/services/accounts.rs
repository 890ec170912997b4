//! Password checks, session revocation and account deletion.

mod erasure;
mod password_check;
mod revocation;

pub use erasure::{Eraser, Erasure};
pub use password_check::{Checked, PasswordCheck};
pub use revocation::Revocation;
