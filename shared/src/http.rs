//! HTTP: everything between API Gateway and a handler. Only this module and the functions use axum.
//!
//! | module | content |
//! | --- | --- |
//! | [`route`] | a route: its function, method, path, callers and rate limit group |
//! | [`stack`] | the router of a function, and the order of the [`middleware`] |
//! | [`middleware`] | request id, access log, rate limit headers, error responses, ... |
//! | [`extract`] | requests as typed arguments of handlers: authentication, body, query, path |
//! | [`ApiError`] | the error response; the only conversion from domain errors to HTTP statuses |
//! | [`views`] | JSON representations that several routes return |
//! | [`audit_page`], [`watchlist_page`], [`tokens`] | responses that two routes share |
//! | [`schema`] | OpenAPI schemas |

pub mod audit_page;
mod authenticator;
mod dependencies;
mod error;
mod etag;
pub mod extract;
pub mod middleware;
mod pagination;
pub mod route;
pub mod schema;
mod settings;
mod source_ip;
pub mod stack;
pub mod tokens;
pub mod views;
pub mod watchlist_page;

pub use authenticator::Authenticator;
#[doc(hidden)]
pub use axum::extract::FromRef;
pub use error::{ApiError, ErrorCode};
pub use etag::{content_etag, version_etag};
pub use pagination::{next_link, page_response};
pub use settings::HttpSettings;
pub use source_ip::SourceIp;
