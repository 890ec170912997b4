//! Compatibility of two releases that share one table. During a rollout, and after a rollback,
//! functions of both run at the same time (docs/adr/0023-storage-changes-take-two-releases.md).
//!
//! `fixtures/items` contains every format that was ever stored: one folder per kind of item, one
//! file per version. These tests read all of them with the current code. `e2e/releases.rs` runs the
//! last release and the current code side by side.

pub(crate) mod api;
pub(crate) mod fixtures;
mod kinds;
mod outside;
pub(crate) mod reading;
mod stored;
mod today;
pub(crate) mod walk;

use shared::config::{PepperConfig, Secret};

/// The pepper of the password hashes in some fixtures.
const PEPPER: &[u8] = b"a pepper of the fixtures";

pub(crate) fn peppers() -> PepperConfig {
    PepperConfig { peppers: vec![("fixtures".to_owned(), Secret::new(PEPPER.to_vec()))] }
}
