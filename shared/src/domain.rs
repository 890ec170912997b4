//! What the product is about. Pure: no input, no output, no clock, no randomness of its own, no HTTP.
//!
//! Values are parsed once, at the edge, into types that cannot hold anything invalid ([`Email`], [`Title`], [`ItemId`]).
//! What can go wrong is one enum, [`Error`], which knows nothing of HTTP.

mod audit;
mod customer;
mod email;
mod error;
mod failures;
mod favorite;
mod idempotency_key;
mod ids;
mod item;
mod page;
mod password;
mod product;
mod session;
mod timestamp;
mod user;
mod validation;

pub use audit::{Act, Action, Actor, AuditEvent, Changes, Counted, Origin, Outcome, Scalar, Target, TargetType};
pub use customer::{Customer, CustomerChanges, CustomerName};
pub use email::Email;
pub use error::{Cause, Error, chain};
pub use failures::Failures;
pub use favorite::{Current, Favorite, PastState, Refreshed, Sighting};
pub use idempotency_key::IdempotencyKey;
pub use ids::{CustomerId, EventId, FavoriteId, ItemId, RequestId, SessionId, TokenId, UserId, WriteId};
pub use item::{Item, ItemChanges, ItemType, Title, Version};
pub use page::{PageNumber, PageSize, Skip, SortOrder};
pub use password::Password;
pub use product::{Price, Product, ProductId, Snapshot};
pub use session::{Refresh, Session, SessionLifetimes, TokenHash};
pub use timestamp::{rfc3339, to_the_millisecond};
pub use user::{Credential, Role, StoredPassword, User};
pub use validation::{Fault, Invalid};
