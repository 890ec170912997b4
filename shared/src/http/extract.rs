//! Extractors. A handler's signature states who may call it and what it accepts. Any other request
//! is rejected before the handler runs, with all field errors at once.

mod accept;
mod accept_encoding;
mod bearer;
mod cached_page;
mod conditional;
mod fields;
mod idempotency;
mod json;
mod paging;
mod path;
mod product_ids;
mod query;
mod rate_limited;
mod refresh_cookie;
mod request_source;

pub use accept::Accept;
pub use accept_encoding::AcceptEncoding;
pub use bearer::{Admin, CurrentUser, UserOrAdmin};
pub use cached_page::{CachedPageRequest, PageQuery};
pub use conditional::{IfMatch, IfNoneMatch};
pub use fields::{Fields, FromFields};
pub(super) use idempotency::{IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED};
pub use idempotency::{Idempotency, IdempotencyReplayed};
pub use json::{Json, OptionalJson};
pub use paging::{Paging, PagingOrEmail};
pub use path::{PathId, PathIds, PathParameter};
pub use product_ids::ProductIds;
pub use query::{KnownParameters, Query};
pub use rate_limited::{RateLimitedByIp, RateLimitedByUserOrIp};
pub use refresh_cookie::RefreshCookie;
