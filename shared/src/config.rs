//! One small struct per concern, each read once, in [`crate::boot`], from the variables of the process. A variable that
//! is missing or makes no sense stops the function with its name; no secret has a default.

mod cors;
mod cursor;
mod dependencies;
mod github;
mod pepper;
mod secret;
mod table;
mod tokens;
mod variables;

pub use cors::CorsConfig;
pub use cursor::CursorConfig;
pub use dependencies::{QueueConfig, RedisConfig};
pub use github::GithubConfig;
pub use pepper::PepperConfig;
pub use secret::Secret;
pub use table::TableConfig;
pub use tokens::{PublicKey, SigningConfig, TokenNames, VerificationConfig, session_lifetimes};
pub use variables::{ConfigError, Variables};
