//! Everything that more than one function needs. Read it in this order:
//!
//! 1. [`http::routes`]: every route of the API in one list.
//! 2. [`domain`]: what a user, a session, a watchlist item and a favourite are; pure, no input or output.
//! 3. [`auth`]: passwords and tokens; decides, does no input or output either.
//! 4. [`store`]: the table, its keys and its access patterns; the only place with the DynamoDB SDK.
//! 5. [`audit`]: how every change gets into the audit trail, whatever fails on the way.
//! 6. [`accounts`]: what takes several of these together, such as checking a password under the rules for guessing.
//! 7. [`customers`] and [`catalog`]: the same for customers with their favourites, and for the catalogue that those come from.
//! 8. [`admission`]: whether a caller may come in: the rate limit and the session, in one round trip to Redis.
//! 9. [`http`]: extractors, middleware and the one error shape; the only place with axum.
//! 10. [`boot`]: from environment variables to a running function; the only place with `lambda_http`.
//!
//! [`rate_limit`] says what quotas are. [`cache`], [`queue`] and [`upstream`] are the only places with Redis, SQS and an HTTP
//! client. Nothing in here depends on [`boot`], and `store`, `cache`, `queue` and `upstream` do not know each other.

pub mod accounts;
pub mod admission;
pub mod audit;
pub mod auth;
pub mod boot;
mod breaker;
pub mod cache;
pub mod catalog;
pub mod clock;
pub mod config;
pub mod customers;
pub mod domain;
pub mod http;
pub mod queue;
pub mod random;
pub mod rate_limit;
pub mod store;
pub mod telemetry;
pub mod upstream;
