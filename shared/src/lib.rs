//! The code that the functions share. Read it in this order:
//!
//! 1. [`http::route`]: the method, path, callers and rate limit of a route.
//! 2. [`domain`]: users, sessions, watchlist items, customers and favourites; pure, no I/O.
//! 3. [`auth`]: passwords and tokens; pure decisions, no I/O.
//! 4. [`store`]: the table, its keys and its access patterns; the only module with the DynamoDB
//!    SDK.
//! 5. [`audit`]: the path of every audit event from the handler to the audit trail.
//! 6. [`services`]: use cases that span stores, cache, audit and upstream services.
//! 7. [`http`]: extractors, middleware and the one error shape; the only module with axum.
//! 8. [`boot`]: from environment variables to a running function; the only module with
//!    `lambda_http`.
//!
//! [`rate_limit`] defines the quotas. [`cache`], [`queue`] and [`upstream`] are the only modules
//! with Redis, SQS and an HTTP client. Nothing depends on [`boot`], and `store`, `cache`, `queue`
//! and `upstream` do not depend on each other.

pub mod audit;
pub mod auth;
pub mod boot;
mod breaker;
pub mod cache;
pub mod clock;
pub mod config;
pub mod domain;
pub mod http;
pub mod queue;
pub mod random;
pub mod rate_limit;
pub mod services;
pub mod store;
pub mod telemetry;
pub mod upstream;
