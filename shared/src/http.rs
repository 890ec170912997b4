//! Everything between API Gateway and a handler. The only place with axum, besides the functions themselves.
//!
//! [`routes`] lists the routes, [`stack`] puts the middleware around a handler in one readable function, [`extract`]
//! turns requests into typed arguments, [`ApiError`] is the one way in which an answer can be an error. [`schema`] describes all of it for the API's document.

pub mod audit_page;
mod authenticator;
mod error;
pub mod extract;
mod holds;
pub mod middleware;
mod page_link;
pub mod routes;
pub mod schema;
mod settings;
mod source;
pub mod stack;
pub mod tokens;
pub mod watchlist_page;
pub mod wire;

pub use authenticator::Authenticator;
#[doc(hidden)]
pub use axum::extract::FromRef;
pub use error::{ApiError, Code};
pub use page_link::{next_link, page_answer};
pub use settings::Http;
pub use source::SourceIp;
