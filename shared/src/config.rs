//! One small struct per concern, each read once, in [`crate::boot`], from the variables of the process. A variable that
//! is missing or makes no sense stops the function with its name; no secret has a default.

mod address;
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
mod variables;

pub use cache::RedisConfig;
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
