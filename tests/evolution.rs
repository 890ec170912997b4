//! Two releases on one table: while one is rolled out, and after it is rolled back, functions of both run at the same time
//! (docs/adr/0023-storage-changes-take-two-releases.md).
//!
//! `fixtures/items` keeps what was ever stored, one folder for each kind of item and one file for each version of it. Here
//! today's code reads all of it; `e2e/releases.rs` runs the last release and today's code side by side.

pub(crate) mod api;
pub(crate) mod fixtures;
mod kinds;
mod outside;
pub(crate) mod reading;
mod stored;
mod today;
pub(crate) mod walk;

use shared::config::{PepperConfig, Secret};

/// With which the passwords of some fixtures are hashed.
const PEPPER: &[u8] = b"a pepper of the fixtures";

pub(crate) fn peppers() -> PepperConfig {
    PepperConfig { peppers: vec![("fixtures".to_owned(), Secret::new(PEPPER.to_vec()))] }
}
