//! Clients of external HTTP services. The only module that uses an HTTP client.
//!
//! | file | contents |
//! | --- | --- |
//! | `upstream/client.rs` | the limits on every request |
//! | `upstream/catalog.rs` | the product catalogue, with an adapter for each of three APIs |
//! | `upstream/github.rs` | the root of GitHub's API |

mod catalog;
mod client;
mod github;

pub use catalog::{Catalog, CatalogError, CatalogPage, InvalidField};
pub use github::{Github, GithubLinks};
