//! The domain types and rules. Pure: no I/O and no HTTP. Time and randomness are passed in.
//!
//! Input is parsed once into types that cannot hold an invalid value ([`Email`], [`Title`],
//! [`ItemId`]). All errors are one enum, [`Error`], which is independent of HTTP.

mod audit;
mod customer;
mod email;
mod error;
mod favorite;
mod idempotency_key;
mod ids;
mod item;
mod lockout;
mod page;
mod password;
mod product;
mod session;
mod timestamp;
mod user;
mod validation;
mod write;

pub use audit::{
    ActionType, Actor, AuditAction, AuditEvent, Changes, CounterDeltas, Outcome, RequestSource, Scalar, Target,
    TargetType,
};
pub use customer::{Customer, CustomerChanges, CustomerName, OwnedCustomer};
pub use email::Email;
pub use error::{Cause, Error, error_chain};
pub use favorite::{CachedProduct, CurrentState, Favorite, FavoriteUpdate, PastState};
pub use idempotency_key::IdempotencyKey;
pub use ids::{CustomerId, EventId, FavoriteId, ItemId, RequestId, SessionId, TokenId, UserId, WriteId};
pub use item::{Item, ItemChanges, ItemType, Title, Version};
pub use lockout::Lockout;
pub use page::{PageNumber, PageSize, Skip, SortOrder};
pub use password::Password;
pub use product::{Price, Product, ProductId, Snapshot};
pub use session::{RefreshOutcome, Session, SessionLifetimes, TokenHash};
pub use timestamp::{rfc3339, truncate_to_millis};
pub use user::{Credential, Role, StoredPassword, User};
pub use validation::{FieldError, Invalid};
pub use write::Write;
