//! Configuration from environment variables: one small struct per concern, which [`crate::boot`]
//! reads during init. A missing or invalid variable prevents the function from starting, and the
//! log names it. No secret has a default.

mod cache;
mod catalog;
mod cors;
mod cursor;
mod edge;
mod github;
mod images;
mod pepper;
mod queue;
mod rate_limit;
mod refresh;
mod retention;
mod secret;
mod table;
mod tokens;
mod url;
mod variables;

pub use cache::{RedisConfig, RedisIamConfig};
pub use catalog::{CatalogConfig, CatalogKind, CatalogRateConfig};
pub use cors::CorsConfig;
pub use cursor::CursorConfig;
pub use edge::EdgeConfig;
pub use github::GithubConfig;
pub use images::ImagesConfig;
pub use pepper::PepperConfig;
pub use queue::QueueConfig;
pub use rate_limit::RateLimitConfig;
pub use refresh::RefreshConfig;
pub use retention::RetentionConfig;
pub use secret::Secret;
pub use table::TableConfig;
pub use tokens::{PublicKey, SigningConfig, TokenNames, VerificationConfig, session_lifetimes};
pub use variables::{ConfigError, Variables};
