//! Use cases: operations that span several stores, the cache, the audit trail or an upstream
//! service.
//!
//! A handler calls one of these when a request takes more than one store operation. The layer sits
//! above [`store`](crate::store), [`cache`](crate::cache), [`audit`](crate::audit),
//! [`auth`](crate::auth) and [`upstream`](crate::upstream), and below [`http`](crate::http).
//!
//! | module | use cases |
//! | --- | --- |
//! | [`admission`] | rate limit and session check of a request, in one round trip to Redis |
//! | [`accounts`] | password checks, session revocation, account deletion |
//! | [`watchlist`] | changes of a watchlist |
//! | [`customers`] | customer lookups and changes |
//! | [`favorites`] | adding and removing favourites |
//! | [`catalog`] | the product cache and the refresh of favourites |
//!
//! [`ChangeEffects`] is shared by them: cache invalidation and audit after a change.

pub mod accounts;
pub mod admission;
pub mod catalog;
mod change_effects;
pub mod customers;
pub mod favorites;
pub mod watchlist;

pub use change_effects::ChangeEffects;
