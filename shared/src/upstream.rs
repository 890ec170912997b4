//! Other people's services. The only place with an HTTP client.

mod client;
mod github;

pub use github::{Github, GithubLinks};
