//! Other people's services. The only place with an HTTP client.
//!
//! | read | for |
//! | --- | --- |
//! | `upstream/client.rs` | the bounds of every call |
//! | `upstream/catalog.rs` | the catalogue of products, in three shapes |
//! | `upstream/github.rs` | GitHub's API root |

mod catalog;
mod client;
mod github;

pub use catalog::{Catalog, CatalogPage, Unreachable, Unusable};
pub use github::{Github, GithubLinks};
