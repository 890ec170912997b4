//! Requests as typed arguments. A handler's signature says who may call it and what it takes; whatever does not fit is
//! answered before the handler runs, with all faults at once.

mod accept;
mod accept_encoding;
mod bearer;
mod conditional;
mod content_tag;
mod counted;
mod fields;
mod idempotency;
mod json;
mod origin;
mod own_page;
mod paging;
mod path;
mod product_ids;
mod query;
mod refresh_cookie;

pub use accept::Accept;
pub use accept_encoding::AcceptEncoding;
pub use bearer::{Admin, CurrentUser, Viewer};
pub use conditional::{IfMatch, IfNoneMatch, etag};
pub(super) use content_tag::etag_of_bytes;
pub use content_tag::{Preconditions, content_etag};
pub use counted::{CountedByCaller, CountedBySource};
pub use fields::{Fields, FromFields};
pub(super) use idempotency::{IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED};
pub use idempotency::{Idempotency, replayed};
pub use json::{Json, OptionalJson};
pub use own_page::{OwnPage, PageQuery};
pub use paging::{Paging, PagingOrEmail};
pub use path::{PathId, PathIds, PathParameter};
pub use product_ids::ProductIds;
pub use query::{KnownParameters, Query};
pub use refresh_cookie::RefreshCookie;
